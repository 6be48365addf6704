//! What is nearer wins.

use opentelemetry::trace::FutureExt as _;
use tracing::{Instrument as _, info_span};

use crate::{
    seen::{NOTHING, REQUEST, Seen, context, here},
    support::{in_a_request, in_locale, on_runtimes, traced},
};

#[test]
fn wrappers_of_others_around_a_traced_future_that_is_spawned() {
    in_a_request(|_| async {
        let inner = traced()
            .instrument(info_span!("inner"))
            .with_context(context(9));
        let seen = tokio::spawn(inner).await.expect("it does not panic");
        assert_eq!(
            (seen.span, seen.trace, seen.store),
            (Some("inner"), 9, Some(7))
        );
        let seen = tokio::spawn(in_locale("de", traced()))
            .await
            .expect("it does not panic");
        assert_eq!((seen.locale, seen.store), (Some("de"), Some(7)));
    });
}

#[test]
fn a_span_around_a_traced_future_that_is_awaited() {
    in_a_request(|_| async {
        let seen = traced().instrument(info_span!("inner")).await;
        assert_eq!(
            seen,
            Seen {
                span: Some("inner"),
                ..REQUEST
            }
        );
        let seen = traced().with_context(context(9)).await;
        assert_eq!(
            seen,
            Seen {
                trace: 9,
                ..REQUEST
            }
        );
        assert_eq!(here(), REQUEST);
    });
}

#[test]
fn a_spawn_in_a_span_of_its_own() {
    in_a_request(|_| async {
        let work = async {
            ah_tokio::spawn(async { here() })
                .await
                .expect("it does not panic")
        };
        let seen = work.instrument(info_span!("inner")).await;
        assert_eq!(
            seen,
            Seen {
                span: Some("inner"),
                ..REQUEST
            }
        );
    });
}

#[test]
fn a_future_that_is_created_in_one_span_and_instrumented_with_another() {
    on_runtimes(|_| async {
        let inner = Seen {
            span: Some("inner"),
            ..NOTHING
        };
        let there = info_span!("there");
        let instrumented = there.in_scope(|| traced().instrument(info_span!("inner")));
        assert_eq!(instrumented.await, inner);
    });
}
