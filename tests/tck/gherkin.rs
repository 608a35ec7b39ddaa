//! The part of Gherkin that the openCypher TCK uses.

/// A scenario with its steps; outlines are expanded, one scenario for each example.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// Path of the feature file below `features/`.
    pub(crate) file: String,
    pub(crate) name: String,
    /// Number of the example, from 1; 0 for a plain scenario.
    pub(crate) example: usize,
    pub(crate) steps: Vec<Step>,
}

/// One line of a scenario, with what hangs below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    /// The line without its keyword.
    pub(crate) text: String,
    /// The text between triple quotes.
    pub(crate) document: Option<String>,
    /// The table, rows of cells.
    pub(crate) table: Vec<Vec<String>>,
}

impl Scenario {
    /// How the scenario is called in lists: `file :: name #example`.
    pub(crate) fn title(&self) -> String {
        match self.example {
            0 => format!("{} :: {}", self.file, self.name),
            example => format!("{} :: {} #{example}", self.file, self.name),
        }
    }
}

/// A scenario as written, before its examples are filled in.
#[derive(Default)]
struct Block {
    name: String,
    outline: bool,
    steps: Vec<Step>,
    examples: Vec<Vec<Vec<String>>>,
}

/// Reads a feature file.
pub(crate) fn parse(file: &str, text: &str) -> Vec<Scenario> {
    let mut background = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut in_background = false;
    let mut lines = text.lines();
    while let Some(raw) = lines.next() {
        let line = raw.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with('@') {
            continue;
        }
        if line.starts_with("Background:") {
            in_background = true;
        } else if let Some((keyword, name)) = scenario_header(line) {
            in_background = false;
            let outline = keyword.ends_with("Outline");
            blocks.push(Block { name: name.to_owned(), outline, ..Block::default() });
        } else if line.starts_with("Examples:") {
            last(&mut blocks).examples.push(Vec::new());
        } else if line.starts_with("\"\"\"") {
            let document = document(raw, &mut lines);
            let steps = if in_background { &mut background } else { &mut last(&mut blocks).steps };
            last(steps).document = Some(document);
        } else if line.starts_with('|') {
            let row = cells(line);
            if in_background {
                last(&mut background).table.push(row);
            } else {
                let block = last(&mut blocks);
                match block.examples.last_mut() {
                    Some(example) => example.push(row),
                    None => last(&mut block.steps).table.push(row),
                }
            }
        } else if let Some(text) = step_text(line) {
            let step = Step { text: text.to_owned(), ..Step::default() };
            if in_background {
                background.push(step);
            } else if let Some(block) = blocks.last_mut() {
                block.steps.push(step);
            }
        }
    }
    blocks.into_iter().flat_map(|block| expand(file, &background, block)).collect()
}

fn last<T>(items: &mut [T]) -> &mut T {
    items.last_mut().expect("a feature file opens a block before it fills it")
}

fn scenario_header(line: &str) -> Option<(&str, &str)> {
    let (keyword, name) = line.split_once(':')?;
    matches!(keyword, "Scenario" | "Scenario Outline").then(|| (keyword, name.trim()))
}

fn step_text(line: &str) -> Option<&str> {
    let (keyword, rest) = line.split_once(char::is_whitespace)?;
    matches!(keyword, "Given" | "When" | "Then" | "And" | "But" | "*").then(|| rest.trim())
}

/// The lines up to the closing quotes, without the indentation of the opening ones.
fn document<'a>(opening: &str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let indent = opening.len() - opening.trim_start().len();
    let body: Vec<_> = lines
        .take_while(|line| line.trim() != "\"\"\"")
        .map(|line| {
            let own = line.len() - line.trim_start().len();
            &line[indent.min(own)..]
        })
        .collect();
    body.join("\n")
}

/// The cells of a table row; `\|`, `\\` and `\n` are escapes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line.chars().skip(1);
    while let Some(character) = characters.next() {
        match character {
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            '\\' => match characters.next() {
                Some('n') => cell.push('\n'),
                Some(escaped @ ('|' | '\\')) => cell.push(escaped),
                Some(other) => cell.extend(['\\', other]),
                None => cell.push('\\'),
            },
            other => cell.push(other),
        }
    }
    cells
}

fn expand(file: &str, background: &[Step], block: Block) -> Vec<Scenario> {
    let steps: Vec<_> = background.iter().cloned().chain(block.steps).collect();
    let scenario = |name, example, steps| Scenario { file: file.to_owned(), name, example, steps };
    if !block.outline {
        return vec![scenario(block.name, 0, steps)];
    }
    let mut scenarios = Vec::new();
    for table in &block.examples {
        let Some((head, rows)) = table.split_first() else { continue };
        for row in rows {
            let fill = |text: &str| {
                head.iter().zip(row).fold(text.to_owned(), |text, (name, value)| {
                    text.replace(&format!("<{name}>"), value)
                })
            };
            let filled = steps
                .iter()
                .map(|step| Step {
                    text: fill(&step.text),
                    document: step.document.as_deref().map(fill),
                    table: step
                        .table
                        .iter()
                        .map(|row| row.iter().map(|cell| fill(cell)).collect())
                        .collect(),
                })
                .collect();
            scenarios.push(scenario(fill(&block.name), scenarios.len() + 1, filled));
        }
    }
    scenarios
}
