//! Mistakes that do not compile, with what the compiler says of them.

#[test]
fn storage() {
    trybuild::TestCases::new().compile_fail("tests/ui/storage/*.rs");
}
