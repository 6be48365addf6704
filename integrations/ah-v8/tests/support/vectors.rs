//! Values that a Node wrote, with the script that made each: `vectors/values.txt`.

pub(crate) struct Vector {
    /// An expression.
    pub(crate) script: String,
    pub(crate) hex: String,
}

pub(crate) fn vectors() -> Vec<Vector> {
    let text = include_str!("../vectors/values.txt");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (hex, script) = line.split_once(' ').expect("hex, then a script");
            Vector {
                script: script.to_owned(),
                hex: hex.to_owned(),
            }
        })
        .collect()
}

impl Vector {
    /// The cause of an error came before its stack once, and last since.
    pub(crate) fn is_of_older_nodes(&self) -> bool {
        self.script.contains("/* older */")
    }
}
