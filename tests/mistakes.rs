//! Every mistake that is shown not to compile stands in `docs/guide/mistakes.md`, with what to write instead.

use std::{fs, path::Path};

/// Where docs.rs shows the files of the package.
const SOURCE: &str = "https://docs.rs/crate/async-hooks/latest/source/";

#[test]
fn the_page_has_every_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page =
        fs::read_to_string(root.join("docs/guide/mistakes.md")).expect("docs/guide/mistakes.md");
    for group in ["storage", "traced", "async_resource", "test"] {
        let cases = fs::read_dir(root.join("tests/ui").join(group)).expect("tests/ui");
        for case in cases.filter_map(|case| case.ok()?.file_name().into_string().ok()) {
            let link = format!("({SOURCE}tests/ui/{group}/{case}) | ");
            let is_case = Path::new(&case)
                .extension()
                .is_some_and(|extension| extension == "rs");
            assert!(
                !is_case || page.contains(&link),
                "{group}/{case} is not in docs/guide/mistakes.md"
            );
        }
    }
    for link in page
        .split(&format!("]({SOURCE}"))
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
    {
        assert!(
            root.join(link.0).exists(),
            "docs/guide/mistakes.md names {}, which is not there",
            link.0
        );
    }
}
