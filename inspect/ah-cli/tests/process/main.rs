//! `ah` against another process: this one, started once more with the word `serve`.

#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod served;

#[cfg(unix)]
fn main() {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return served::serve();
    }
    let tests = commands::TESTS.iter().chain(hostile::TESTS);
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, test) in
        tests.filter(|(name, _)| wanted.iter().all(|word| name.contains(word.as_str())))
    {
        println!("test {name}");
        test(); // a panic ends the process, and fails it
    }
}

#[cfg(not(unix))]
fn main() {}
