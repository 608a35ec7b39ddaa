//! Colours: which role a piece of text plays, and how a terminal shows it.
//!
//! Nothing here asks the environment. Whoever knows the terminal (the command) decides once
//! whether a [`Theme`] is [`Theme::COLOUR`] or [`Theme::PLAIN`]; plain themes write no escape
//! sequence at all.

use anstyle::{AnsiColor, Effects, Style};

/// The styles of the roles that text can play.
///
/// ```
/// use dossier::render::theme::Theme;
/// let strong = Theme::COLOUR.strong;
/// assert_eq!(format!("{strong}name{strong:#}"), "\u{1b}[1mname\u{1b}[0m");
/// let strong = Theme::PLAIN.strong;
/// assert_eq!(format!("{strong}name{strong:#}"), "name");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Names of columns, and what stands out.
    pub strong: Style,
    /// What may be overlooked: nulls, rules, counts, footnote marks.
    pub faint: Style,
    /// What went wrong, and the marks below it.
    pub error: Style,
    /// What to type instead.
    pub hint: Style,
    /// Line numbers and frames around quoted text.
    pub frame: Style,
    /// Keywords of a query.
    pub keyword: Style,
    /// Strings of a query.
    pub string: Style,
    /// Numbers of a query.
    pub number: Style,
    /// Labels and relationship types of a query.
    pub label: Style,
    /// Commands of the prompt.
    pub command: Style,
}

impl Theme {
    /// No escape sequence, whatever the role.
    ///
    /// ```
    /// assert_eq!(dossier::render::theme::Theme::PLAIN.error.to_string(), "");
    /// ```
    pub const PLAIN: Theme = Theme {
        strong: Style::new(),
        faint: Style::new(),
        error: Style::new(),
        hint: Style::new(),
        frame: Style::new(),
        keyword: Style::new(),
        string: Style::new(),
        number: Style::new(),
        label: Style::new(),
        command: Style::new(),
    };

    /// The sixteen colours that every terminal has, so that its own theme decides their shade.
    ///
    /// ```
    /// assert_ne!(dossier::render::theme::Theme::COLOUR.error.to_string(), "");
    /// ```
    pub const COLOUR: Theme = Theme {
        strong: Style::new().effects(Effects::BOLD),
        faint: Style::new().effects(Effects::DIMMED),
        error: AnsiColor::Red.on_default().effects(Effects::BOLD),
        hint: AnsiColor::Green.on_default(),
        frame: AnsiColor::Blue.on_default(),
        keyword: AnsiColor::Blue.on_default().effects(Effects::BOLD),
        string: AnsiColor::Green.on_default(),
        number: AnsiColor::Cyan.on_default(),
        label: AnsiColor::Yellow.on_default(),
        command: AnsiColor::Magenta.on_default(),
    };

    /// The theme for an output that does, or does not, show colours.
    ///
    /// ```
    /// use dossier::render::theme::Theme;
    /// assert_eq!(Theme::coloured(false), Theme::PLAIN);
    /// ```
    pub const fn coloured(yes: bool) -> Theme {
        if yes { Theme::COLOUR } else { Theme::PLAIN }
    }
}
