//! The example as a program: it checks every line and every span itself.

use std::process::Command;

#[test]
fn each_line_and_each_span_is_that_of_its_request() {
    let service = Command::new(env!("CARGO_BIN_EXE_service")).output();
    let output = service.expect("it is built");
    let (stdout, stderr) = (output.stdout, output.stderr);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&stderr)
    );
    assert_eq!(
        String::from_utf8_lossy(&stdout).trim_end(),
        "1000 requests: 6000 lines and 4000 spans, each of its request\n\
         0 contexts lost, as the inspector says"
    );
}
