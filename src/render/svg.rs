//! The graph in the rows as a picture: one SVG file that needs nothing else.
//!
//! Nodes are rounded boxes around their names, coloured by their first label; relationships are
//! arrows with their type, and their date where they have one. Dark screens are answered with
//! light text (`prefers-color-scheme`).

use std::fmt::Write as _;
use std::io::{self, Write};

use hashbrown::HashMap;

use super::html::escaped;
use super::layout::{Place, places};
use super::subgraph::Subgraph;
use super::width::push_cut;
use crate::graph::row::Rows;
use crate::graph::source::display_name;
use crate::graph::when;
use crate::value::NodeId;

/// Pixels between two nodes that are joined, side by side and one above the other: names are wide.
const SCALE: (f64, f64) = (210.0, 130.0);
/// Pixels around the picture.
const MARGIN: f64 = 24.0;
/// Height of a node's box.
const BOX_HEIGHT: f64 = 28.0;
/// The widest a name is shown, in characters.
const CAPTION_MAX: usize = 28;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#1b1f24}\
.type{font-size:11px;fill:#59636e}\
line,path{stroke:#8c959f;fill:none}marker path{fill:#8c959f}\
rect{stroke:#59636e}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px}\
@media(prefers-color-scheme:dark){.type{fill:#c0c8d0}.halo{stroke:#111}}";

/// Writes the graph in the rows as SVG.
pub(super) fn write(rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    let picture = Picture::of(rows);
    let (width, height) = picture.size;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\">\n<style>{STYLE}</style>\n\
         <defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>"
    )?;
    for arrow in &picture.arrows {
        out.write_all(arrow.as_bytes())?;
    }
    for node in &picture.nodes {
        out.write_all(node.svg().as_bytes())?;
    }
    out.write_all(b"</svg>\n")
}

struct Picture {
    size: (f64, f64),
    arrows: Vec<String>,
    nodes: Vec<Box>,
}

/// A node's box: centre, width, text and colour.
struct Box {
    at: Place,
    width: f64,
    caption: String,
    hue: usize,
}

impl Picture {
    fn of(rows: &Rows) -> Picture {
        let graph = rows.graph();
        let found = Subgraph::of(rows);
        let position: HashMap<NodeId, usize> =
            found.nodes.iter().enumerate().map(|(at, &node)| (node, at)).collect();
        let ends: Vec<_> = found
            .relationships
            .iter()
            .filter_map(|&id| graph.statement(id).map(|ends| (id, ends)))
            .collect();
        let edges: Vec<(usize, usize)> =
            ends.iter().map(|(_, ends)| (position[&ends.start], position[&ends.end])).collect();

        let mut nodes: Vec<Box> = found
            .nodes
            .iter()
            .zip(places(found.nodes.len(), &edges))
            .map(|(&node, at)| {
                let mut short = String::new();
                let used = push_cut(&mut short, &display_name(graph, node), CAPTION_MAX);
                let hue = graph.labels(node).first().map_or(210, |label| label.0 as usize * 137);
                let at = (at.0 * SCALE.0, at.1 * SCALE.1);
                Box { at, width: used as f64 * 7.5 + 20.0, caption: short, hue: hue % 360 }
            })
            .collect();
        let size = move_into_view(&mut nodes);

        let mut bends: HashMap<(usize, usize), usize> = HashMap::new();
        let arrows = ends
            .iter()
            .zip(&edges)
            .map(|(&(id, ends), &(from, to))| {
                let mut label = graph.catalog().type_name(ends.relationship_type).to_string();
                if let Some(valid) = when::date_of(graph, id) {
                    label.push_str(", ");
                    label.push_str(valid.as_str());
                }
                let bend = bends.entry((from.min(to), from.max(to))).or_default();
                *bend += 1;
                arrow(&nodes[from], &nodes[to], *bend - 1, from > to, &label)
            })
            .collect();
        Picture { size, arrows, nodes }
    }
}

impl Box {
    fn svg(&self) -> String {
        let Box { at: (x, y), width, caption, hue } = self;
        format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{BOX_HEIGHT}\" rx=\"9\" \
             fill=\"hsl({hue} 65% 85%)\"/><text x=\"{x:.1}\" y=\"{:.1}\">{}</text>\n",
            x - width / 2.0,
            y - BOX_HEIGHT / 2.0,
            y + 4.5,
            escaped(caption)
        )
    }

    /// Where the ray from the centre to `towards` leaves the box.
    fn border(&self, towards: Place) -> Place {
        let (dx, dy) = (towards.0 - self.at.0, towards.1 - self.at.1);
        let reach =
            |half: f64, delta: f64| if delta == 0.0 { f64::MAX } else { half / delta.abs() };
        let part = reach(self.width / 2.0, dx).min(reach(BOX_HEIGHT / 2.0, dy)).min(1.0);
        (self.at.0 + dx * part, self.at.1 + dy * part)
    }
}

/// Moves all boxes to positive places and returns the size of the picture.
fn move_into_view(nodes: &mut [Box]) -> (f64, f64) {
    let left = nodes.iter().map(|node| node.at.0 - node.width / 2.0).fold(f64::MAX, f64::min);
    let top = nodes.iter().map(|node| node.at.1 - BOX_HEIGHT).fold(f64::MAX, f64::min);
    let mut size = (2.0 * MARGIN, 2.0 * MARGIN);
    for node in nodes {
        node.at = (node.at.0 - left + MARGIN, node.at.1 - top + MARGIN);
        size.0 = size.0.max(node.at.0 + node.width / 2.0 + MARGIN);
        size.1 = size.1.max(node.at.1 + BOX_HEIGHT + MARGIN);
    }
    size
}

/// An arrow with its text: straight for the first between two nodes, bent further for each more.
fn arrow(from: &Box, to: &Box, bend: usize, reversed: bool, label: &str) -> String {
    let mut out = String::new();
    let middle = (f64::midpoint(from.at.0, to.at.0), f64::midpoint(from.at.1, to.at.1));
    let (dx, dy) = (to.at.0 - from.at.0, to.at.1 - from.at.1);
    let length = dx.hypot(dy);
    let control = if length < 1.0 {
        (middle.0, middle.1 - 70.0 - 24.0 * bend as f64)
    } else {
        // First straight, then to alternate sides; the side is that of the pair, not of the arrow.
        let side = if bend.is_multiple_of(2) == reversed { -1.0 } else { 1.0 };
        let distance = bend.div_ceil(2) as f64 * 44.0 * side;
        (middle.0 - dy / length * distance, middle.1 + dx / length * distance)
    };
    let (mut start, mut end) = (from.border(control), to.border(control));
    if length < 1.0 {
        start.0 -= 14.0;
        end.0 += 14.0;
    }
    let text = (f64::midpoint(middle.0, control.0), f64::midpoint(middle.1, control.1) - 4.0);
    writeln!(
        out,
        "<path d=\"M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}\" marker-end=\"url(#end)\"/>\
         <text class=\"type halo\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        start.0,
        start.1,
        control.0,
        control.1,
        end.0,
        end.1,
        text.0,
        text.1,
        escaped(label)
    )
    .expect("writing to a string cannot fail");
    out
}
