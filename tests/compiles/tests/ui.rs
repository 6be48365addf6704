//! Mistakes that do not compile, with what the compiler says of them.

#[test]
fn storage() {
    trybuild::TestCases::new().compile_fail("tests/ui/storage/*.rs");
}

#[test]
fn traced() {
    trybuild::TestCases::new().compile_fail("tests/ui/traced/*.rs");
}

#[test]
fn async_resource() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/async_resource/*.rs");
    cases.pass("tests/ui/async_resource/fixed/*.rs"); // the same, with the mistake mended
}

#[test]
fn test() {
    trybuild::TestCases::new().compile_fail("tests/ui/test/*.rs");
}
