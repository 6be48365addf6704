//! Sends a request's spans over OTLP to two receivers that others wrote, and checks that what arrived is what was sent.
//!
//! - `oteltap` prints what it receives, a line of JSON for each span.
//! - `rotel` receives, and sends on to `otlp-embedded`, whose Jaeger API is read back.
//!
//! `run` installs the two and says where they are.

mod jaeger;
mod oteltap;
mod process;
mod received;
mod request;

use std::{env, error::Error};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    async_hooks::bridge::register(ah_opentelemetry::OpenTelemetry::new())?;
    let [python, rotel] = ["OTLP_PYTHON", "OTLP_ROTEL"].map(env::var);

    let sent = oteltap::through(&python?)?;
    println!("oteltap: trace {sent} is what was sent");
    let sent = jaeger::through(&rotel?)?;
    println!("rotel, otlp-embedded: trace {sent} is what was sent");
    Ok(())
}
