//! The pictures of the guide's page "how it works". They take the colour of the text around them, so they suit each theme.

use std::{env, fmt::Write as _, fs, path::Path, process::ExitCode};

const BLUE: &str = "#3b8fd0";
const ORANGE: &str = "#e0762f";
const PLAIN: &str = "currentColor";

/// A picture that is being drawn.
struct Picture {
    body: String,
    width: u32,
    height: u32,
}

impl Picture {
    fn new(width: u32, height: u32, says: &str) -> Self {
        let picture = Self {
            body: String::new(),
            width,
            height,
        };
        picture.text(0, 18, "start", 15, PLAIN, says)
    }

    fn text(mut self, x: u32, y: u32, anchor: &str, size: u32, colour: &str, text: &str) -> Self {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let line = format!(
            r#"<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{text}</text>"#
        );
        self.body += &(line + "\n");
        self
    }

    fn label(self, x: u32, y: u32, text: &str) -> Self {
        self.text(x, y, "start", 12, PLAIN, text)
    }

    /// A box with a text in it, 30 high.
    fn block(mut self, x: u32, y: u32, width: u32, colour: &str, text: &str) -> Self {
        let line = format!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="30" rx="4" fill="{colour}" fill-opacity="0.15" stroke="{colour}"/>"#
        );
        self.body += &(line + "\n");
        self.text(x + width / 2, y + 20, "middle", 12, PLAIN, text)
    }

    fn arrow(mut self, from: (u32, u32), to: (u32, u32), colour: &str) -> Self {
        let ((x1, y1), (x2, y2)) = (from, to);
        let line = format!(
            r#"<path d="M{x1} {y1}L{x2} {y2}" stroke="{colour}" stroke-width="1.5" fill="none" marker-end="url(#ah-head)"/>"#
        );
        self.body += &(line + "\n");
        self
    }

    fn line(mut self, from: (u32, u32), to: (u32, u32)) -> Self {
        let ((x1, y1), (x2, y2)) = (from, to);
        let line = format!(
            r#"<path d="M{x1} {y1}L{x2} {y2}" stroke="currentColor" stroke-opacity="0.4"/>"#
        );
        self.body += &(line + "\n");
        self
    }

    /// One block of HTML: a line that is empty would end it in Markdown.
    fn svg(self) -> String {
        let mut svg = String::new();
        let (width, height) = (self.width, self.height);
        let _ = writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" style="max-width: 100%" font-family="sans-serif" fill="currentColor">"#
        );
        svg += "<style>svg:root { color: #333 } @media (prefers-color-scheme: dark) { svg:root { color: #ddd } }</style>\n";
        svg += "<marker id=\"ah-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">";
        svg += "<path d=\"M0 0L8 4L0 8z\" fill=\"context-stroke\"/></marker>\n";
        svg + &self.body + "</svg>\n"
    }
}

fn frames() -> String {
    Picture::new(720, 190, "A read finds the newest entry of its storage")
        .label(0, 60, "this thread")
        .block(0, 70, 110, PLAIN, "current frame")
        .arrow((110, 85), (160, 85), PLAIN)
        .block(160, 70, 130, BLUE, "USER = \"ada\"")
        .arrow((290, 85), (340, 85), PLAIN)
        .block(340, 70, 130, BLUE, "REQUEST_ID = 8")
        .arrow((470, 85), (520, 85), PLAIN)
        .block(520, 70, 150, PLAIN, "REQUEST_ID = 7")
        .label(160, 60, "entered last")
        .label(520, 60, "shadowed")
        .label(0, 140, "USER.get()")
        .arrow((75, 136), (215, 104), BLUE)
        .label(230, 140, "REQUEST_ID.get()")
        .arrow((345, 136), (400, 104), BLUE)
        .label(0, 175, "Entries never change. To enter a store is to put an entry in front; to leave it is to take the pointer back.")
        .svg()
}

fn capture() -> String {
    Picture::new(
        720,
        270,
        "A task takes one pointer along, whatever the number of stores",
    )
    .label(0, 65, "worker 1: the request")
    .line((0, 75), (700, 75))
    .block(20, 80, 230, BLUE, "REQUEST_ID.scope(7, …)")
    .block(280, 80, 110, PLAIN, "other work")
    .arrow((150, 110), (240, 162), BLUE)
    .label(205, 132, "spawn: the frame is captured")
    .block(200, 165, 150, BLUE, "task + frame")
    .arrow((350, 180), (440, 215), ORANGE)
    .label(405, 190, "stolen, polled elsewhere")
    .label(0, 205, "worker 2")
    .line((0, 215), (700, 215))
    .block(440, 220, 60, PLAIN, "swap in")
    .block(500, 220, 120, BLUE, "poll: sees 7")
    .block(620, 220, 75, PLAIN, "swap back")
    .block(280, 220, 110, PLAIN, "other work")
    .svg()
}

fn events() -> String {
    let mut picture = Picture::new(
        720,
        180,
        "The life of a tracked future: each event is delivered where it happens",
    );
    picture = picture.line((10, 110), (700, 110));
    let polls = [(150, 130, "first poll"), (390, 150, "second poll: ready")];
    for (x, width, text) in polls {
        picture = picture.block(x, 95, width, BLUE, text);
    }
    let events = [
        (30, "init"),
        (150, "before"),
        (280, "after"),
        (390, "before"),
        (480, "promise_resolve"),
        (540, "after"),
        (660, "destroy"),
    ];
    for (n, (x, event)) in events.into_iter().enumerate() {
        let above = if event == "promise_resolve" { 46 } else { 66 };
        picture = picture.text(x, above, "middle", 12, ORANGE, event);
        picture = picture.arrow(
            (x, above + 6),
            (x, if (1..=5).contains(&n) { 95 } else { 108 }),
            ORANGE,
        );
    }
    picture
        .text(30, 150, "middle", 12, PLAIN, "created")
        .text(660, 150, "middle", 12, PLAIN, "dropped")
        .text(335, 150, "middle", 12, PLAIN, "waits")
        .svg()
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().expect("the folder of the pictures");
    let checks = arguments.next().is_some();
    let mut is_right = true;
    for (name, svg) in [
        ("frames", frames()),
        ("capture", capture()),
        ("events", events()),
    ] {
        let path = Path::new(&folder).join(name).with_extension("svg");
        if !checks {
            fs::write(&path, svg).expect("the folder is there");
        } else if fs::read_to_string(&path).is_ok_and(|there| there != svg) || !path.exists() {
            eprintln!("{} is not as drawn: run .ci/drawings/run", path.display());
            is_right = false;
        }
    }
    if is_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
