//! A chart of lines, with a logarithmic axis of counts and a linear one of nanoseconds.

use std::fmt::Write as _;

pub(crate) struct Chart {
    pub(crate) title: &'static str,
    /// What is counted.
    pub(crate) of: &'static str,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// How many there are, and what one operation costs then.
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 210.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// Colours that people who do not see red or green tell apart, too, on light and on dark.
const COLOURS: [&str; 4] = ["#3b8fd0", "#d55e00", "#009e73", "#cc79a7"];

impl Chart {
    /// The picture: its text has the colour of the page that it stands in, or of the theme where it stands alone.
    pub(crate) fn svg(&self) -> String {
        let mut svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="currentColor">
<style>svg:root {{ color: #333 }} @media (prefers-color-scheme: dark) {{ svg:root {{ color: #ddd }} }}</style>
<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{}</text>
"##,
            self.title
        );
        self.axes(&mut svg);
        for (line, colour) in self.lines.iter().zip(COLOURS) {
            self.line(&mut svg, line, colour);
        }
        self.names(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn points(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.lines.iter().flat_map(|line| &line.points)
    }

    fn x(&self, count: f64) -> f64 {
        let most = self.points().map(|point| point.0).fold(1.0, f64::max);
        LEFT + (WIDTH - LEFT - RIGHT) * count.log10() / most.log10()
    }

    fn y(&self, ns: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ns / self.top()
    }

    /// Where the axis of nanoseconds ends: four steps of a round number.
    fn top(&self) -> f64 {
        4.0 * self.step()
    }

    fn step(&self) -> f64 {
        let most = self.points().map(|point| point.1).fold(1.0, f64::max);
        let power = 10_f64.powf((most / 4.0).log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 7.5, 10.0].map(|step| step * power);
        steps
            .into_iter()
            .find(|step| step * 4.0 >= most)
            .unwrap_or(10.0 * power)
    }

    fn axes(&self, svg: &mut String) {
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for step in 0..=4 {
            let ns = f64::from(step) * self.step();
            let y = self.y(ns);
            put(
                svg,
                format_args!(
                    r##"<path d="M{LEFT} {y:.1}H{right}" stroke="currentColor" stroke-opacity="0.2"/>"##
                ),
            );
            put(
                svg,
                format_args!(
                    r##"<text x="{}" y="{:.1}" text-anchor="end">{ns}</text>"##,
                    LEFT - 8.0,
                    y + 4.0
                ),
            );
        }
        let mut counts: Vec<f64> = self.points().map(|point| point.0).collect();
        counts.sort_by(f64::total_cmp);
        counts.dedup();
        for count in counts {
            let x = self.x(count);
            put(
                svg,
                format_args!(r##"<path d="M{x:.1} {bottom}v5" stroke="currentColor"/>"##),
            );
            put(
                svg,
                format_args!(
                    r##"<text x="{x:.1}" y="{}" text-anchor="middle">{}</text>"##,
                    bottom + 18.0,
                    short(count)
                ),
            );
        }
        put(
            svg,
            format_args!(r##"<path d="M{LEFT} {bottom}H{right}" stroke="currentColor"/>"##),
        );
        put(
            svg,
            format_args!(
                r##"<text x="{}" y="{}" text-anchor="middle">{}</text>"##,
                (LEFT + right) / 2.0,
                HEIGHT - 10.0,
                self.of
            ),
        );
        put(
            svg,
            format_args!(
                r##"<text transform="translate(16 {}) rotate(-90)" text-anchor="middle">ns for one operation</text>"##,
                (TOP + bottom) / 2.0
            ),
        );
    }

    fn line(&self, svg: &mut String, line: &Line, colour: &str) {
        let mut path = String::new();
        for (index, (count, ns)) in line.points.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let (x, y) = (self.x(*count), self.y(*ns));
            let _infallible = write!(path, "{command}{x:.1} {y:.1}");
            put(
                svg,
                format_args!(r##"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"##),
            );
        }
        put(
            svg,
            format_args!(r##"<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>"##),
        );
    }

    /// Each line's name at its end, no two on top of each other.
    fn names(&self, svg: &mut String) {
        let end = |line: &Line| self.y(line.points.last().map_or(0.0, |point| point.1)) + 4.0;
        let mut names: Vec<_> = self
            .lines
            .iter()
            .zip(COLOURS)
            .map(|(line, colour)| (end(line), line.name, colour))
            .collect();
        names.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut lowest = HEIGHT - BOTTOM + 4.0;
        for (end, name, colour) in names {
            let y = end.min(lowest);
            lowest = y - 15.0;
            put(
                svg,
                format_args!(
                    r##"<text x="{}" y="{y:.1}" fill="{colour}">{name}</text>"##,
                    WIDTH - RIGHT + 10.0
                ),
            );
        }
    }
}

fn put(svg: &mut String, element: std::fmt::Arguments<'_>) {
    let _infallible = writeln!(svg, "{element}");
}

/// 1000 as 1k.
fn short(count: f64) -> String {
    match count {
        1e6.. => format!("{}M", count / 1e6),
        1e3.. => format!("{}k", count / 1e3),
        _ => count.to_string(),
    }
}
