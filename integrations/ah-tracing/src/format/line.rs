//! A format that adds stores to the lines of another.

use std::{cell::Cell, fmt};

use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Writer},
    },
    registry::LookupSpan,
};

use crate::{Shown, Stores};

impl Stores {
    /// Adds the stores to the lines of a format of `tracing_subscriber::fmt`: full, compact, pretty, JSON or flat JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// # use async_hooks::AsyncLocalStorage;
    /// # static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").build();
    /// let stores = ah_tracing::Stores::new().number(&REQUEST_ID);
    /// tracing_subscriber::fmt().json().map_event_format(|format| stores.format(format)).init();
    ///
    /// REQUEST_ID.run(7, || tracing::info!("charged")); // {…,"fields":{"message":"charged"},…,"request_id":7}
    /// ```
    #[must_use]
    pub fn format<L: Clone, T: Clone>(&self, format: Format<L, T>) -> StoresFormat<L, T> {
        StoresFormat {
            plain: format.clone().with_ansi(false),
            coloured: format.with_ansi(true),
            stores: self.clone(),
        }
    }
}

/// A format of `tracing_subscriber` that adds stores: see [`Stores::format`].
#[derive(Clone, Debug)]
pub struct StoresFormat<L, T> {
    /// Which of the two it is, the writer of each line says; a buffer cannot pass that on.
    plain: Format<L, T>,
    coloured: Format<L, T>,
    stores: Stores,
}

/// A kind of line that stores can be added to. Implemented for those of `tracing_subscriber`, and nothing else.
pub trait Line: sealed::Line {}

pub(super) mod sealed {
    use super::{Shown, fmt};

    /// How stores are written in a kind of line.
    pub trait Line {
        /// What comes after the stores.
        const END: &'static str;

        /// Returns `true` if fields of events stand beside the stores in this line, so that names may collide.
        fn has_fields_beside(line: &str) -> bool;

        /// Writes a store.
        fn write(line: &mut String, coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result;
    }
}

impl<L: sealed::Line> Line for L {}

impl<L: Line, T> StoresFormat<L, T> {
    fn add_stores(&self, line: &mut String, coloured: bool, event: &Event<'_>) -> fmt::Result {
        let end = if line.ends_with(L::END) { L::END } else { "" };
        line.truncate(line.len() - end.len());
        let fields = L::has_fields_beside(line).then(|| event.metadata().fields());
        let is_taken = |name: &str| {
            let field = fields.and_then(|fields| fields.field(name));
            field.is_some()
        };
        let mut written = Ok(());
        self.stores.each(is_taken, |name, shown| {
            written = written.and_then(|()| L::write(line, coloured, name, shown));
        });
        line.push_str(end);
        written
    }
}

impl<S, N, L, T> FormatEvent<S, N> for StoresFormat<L, T>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
    L: Line,
    Format<L, T>: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let coloured = writer.has_ansi_escapes();
        let format = if coloured {
            &self.coloured
        } else {
            &self.plain
        };
        with_buffer(|line| {
            format.format_event(context, Writer::new(line), event)?;
            self.add_stores(line, coloured, event)?;
            writer.write_str(line)
        })
    }
}

/// A buffer that has grown beyond this is not kept.
const MOST_KEPT: usize = 16 * 1024;

/// Runs `f` with an empty buffer, which each thread keeps for the next line.
fn with_buffer<R>(f: impl FnOnce(&mut String) -> R) -> R {
    thread_local! {
        static LINE: Cell<String> = const { Cell::new(String::new()) };
    }
    // moved out meanwhile, since a store may log when it is written; a new one at the end of the thread
    let mut line = LINE.try_with(Cell::take).unwrap_or_default();
    let result = f(&mut line);
    if line.capacity() <= MOST_KEPT {
        line.clear();
        let _at_the_end_of_the_thread = LINE.try_with(|kept| kept.set(line));
    }
    result
}
