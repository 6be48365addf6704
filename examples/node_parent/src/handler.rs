//! What is asked for, and how it is answered. No function here is given a context.

use ah_portable::ContextMap;
use serde::{Deserialize, Deserializer, Serialize};
use tokio::task::{JoinError, yield_now};

use crate::context::CONTEXT;

/// A message of the parent.
#[derive(Deserialize)]
pub(crate) struct Request {
    pub(crate) id: u64,
    #[serde(deserialize_with = "context")]
    pub(crate) context: ContextMap,
    pub(crate) prices: Vec<f64>,
}

/// The answer to a message, with the context in which it was found.
#[derive(Serialize)]
pub(crate) struct Answer {
    id: Option<u64>,
    context: ContextMap,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Total(f64),
    Error(String),
}

impl Answer {
    /// The answer to a message that is no request.
    pub(crate) fn to_what_is_no_request(error: &dyn std::error::Error) -> Self {
        let outcome = Outcome::Error(format!("this is no request: {error}"));
        Self {
            id: None,
            context: CONTEXT.capture(),
            outcome,
        }
    }
}

fn context<'de, D: Deserializer<'de>>(input: D) -> Result<ContextMap, D::Error> {
    CONTEXT.deserialize(input, |refused| tracing::warn!("{refused}"))
}

pub(crate) async fn answer(id: u64, prices: Vec<f64>) -> Answer {
    tracing::info!(id, "received");
    let outcome = match total(id, prices).await {
        Ok(total) => Outcome::Total(total),
        Err(error) => Outcome::Error(error.to_string()),
    };
    let (id, context) = (Some(id), CONTEXT.capture());
    Answer {
        id,
        context,
        outcome,
    }
}

async fn total(id: u64, prices: Vec<f64>) -> Result<f64, JoinError> {
    let added = tokio::spawn(async move {
        yield_now().await;
        tracing::info!(id, "added");
        prices.iter().sum()
    });
    let packed = tokio::task::spawn_blocking(move || tracing::info!(id, "packed"));
    let total = added.await?;
    packed.await?;
    Ok(total)
}
