//! Environment variables: one for each storage, from a process to its children.

use std::env;

use super::Reading;
use crate::{ContextMap, Portable, Refused, refused::Reason};

const PREFIX: &str = "ASYNC_CONTEXT_";

/// Returns the variable of a storage: `ASYNC_CONTEXT_REQUEST_ID` of `request_id`, or `request-id`.
pub(crate) fn env_name(name: &str) -> String {
    let upper = |letter: char| match letter {
        '-' | '.' => '_',
        other => other.to_ascii_uppercase(),
    };
    PREFIX.chars().chain(name.chars().map(upper)).collect()
}

impl Portable {
    /// Reads stores from the environment variables of this process: `ASYNC_CONTEXT_TENANT` for the storage `tenant`, and
    /// with `_` in place of `-` and `.`.
    ///
    /// A string is the text of its variable, and everything else is JSON there. An empty variable is as one that is not
    /// there. The variables are those of the time of the call: it is for the start of a program.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let context = portable.from_env(|refused| eprintln!("{refused}"));
    /// context.run(|| { /* the program */ });
    /// ```
    pub fn from_env(&self, on_refused: impl FnMut(Refused)) -> ContextMap {
        let mut reading = Reading::of(self, on_refused);
        for (index, storage) in self.storages().iter().enumerate() {
            let value = env::var_os(env_name(storage.name()));
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                reading.add(index, |storage| {
                    let text = value.to_str().ok_or(Reason::NotUtf8)?;
                    storage.read_text(text, self.limit())
                });
            }
        }
        reading.finish()
    }
}

impl ContextMap {
    /// Returns the environment variables for a child process.
    ///
    /// Each storage of the list has one, empty where there is no store, so that a child does not inherit those of this
    /// process. What has no text, or is longer than the list reads, is left out too: `on_refused` receives each.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// use std::process::Command;
    ///
    /// let variables = portable.capture().to_env(|refused| eprintln!("{refused}"));
    /// Command::new("worker").envs(variables).status()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn to_env(&self, mut on_refused: impl FnMut(Refused)) -> Vec<(String, String)> {
        let portable = self.portable();
        let mut variables: Vec<_> = portable
            .storages()
            .iter()
            .map(|storage| (env_name(storage.name()), String::new()))
            .collect();
        for store in self.stores() {
            let text = store
                .text()
                .and_then(|text| checked(text, portable.limit()));
            match (text, portable.position(store.name())) {
                (Ok(text), Some(index)) => variables[index].1 = text,
                (Err(reason), _) => on_refused(reason.of(store.name())),
                (Ok(_), None) => {} // each is one of the list
            }
        }
        variables
    }
}

fn checked(text: String, max: usize) -> Result<String, Reason> {
    if text.is_empty() {
        Err(Reason::Empty)
    } else if text.contains('\0') {
        Err(Reason::Nul)
    } else if text.len() > max {
        Err(Reason::TooLong(max))
    } else {
        Ok(text)
    }
}
