//! Rivers of recordings that are written as code: of programs whose paths are known, and of anything at random.

mod fixed;
mod paths;
mod random;
mod script;

use super::picture::River;

/// What must hold for every river, whatever is recorded.
fn check(river: &River) {
    let parts: u64 = river.parts().iter().map(super::Part::nanos).sum();
    assert_eq!(parts, river.duration(), "the parts are the whole");
    let mut at = river.from;
    for step in &river.path {
        assert_eq!(step.from, at, "the path is connected");
        assert!(step.to > step.from, "each step takes time");
        at = step.to;
    }
    assert_eq!(at, river.to, "the path covers the whole time");
    check_headline(river);
    for columns in [0, 40, 41, 80, 133, 400] {
        check_lines(&river.text(columns), columns);
    }
    check_html(&river.html());
}

fn check_headline(river: &River) {
    let headline = river.headline();
    let percents = headline
        .split(" %")
        .filter_map(|text| text.rsplit(' ').next()?.parse::<u32>().ok());
    let all: u32 = percents.sum();
    assert_eq!(
        all,
        if river.duration() == 0 { 0 } else { 100 },
        "{headline}"
    );
}

fn check_lines(text: &str, columns: usize) {
    for line in text.lines() {
        let width = crate::text::width(line);
        assert!(
            width <= columns.max(40),
            "{width} columns of {columns}: {line}"
        );
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}

fn check_html(html: &str) {
    assert!(html.len() < 200_000, "{} bytes", html.len());
    assert!(!html.contains("<img"), "it is escaped");
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|tag| tag.split('>').next())
    {
        let outside_of_values = tag.split('\'').step_by(2);
        let is_ours = |text: &str| !text.contains("onerror") && !text.contains('&');
        assert!(
            outside_of_values.into_iter().all(is_ours),
            "a value does not end its attribute: {tag}"
        );
    }
    assert!(
        !html.contains("http:") && !html.contains("https:"),
        "nothing is loaded"
    );
    assert!(
        !html.contains("NaN") && !html.contains("inf%"),
        "each place is a number"
    );
}
