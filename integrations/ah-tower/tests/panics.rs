//! What a service that panics leaves behind: nothing.

use std::{
    convert::Infallible,
    future::{Future, poll_fn, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
};

use ah_tower::{REQUEST_ID, ServerLayer, TRACE};
use http::{Request, Response};
use tower::{Layer as _, Service, service_fn};

type Answer = Result<Response<String>, Infallible>;

/// Calls the service and polls its future once, and returns the message of the panic.
fn panic_of<S>(service: S) -> String
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let mut service = ServerLayer::new().layer(service);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let future = service.call(Request::new(()));
        let _ = pin!(future)
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_ready();
    }));
    assert!(REQUEST_ID.get().is_none() && TRACE.get().is_none());
    *panicked.unwrap_err().downcast().unwrap()
}

fn seen() -> String {
    format!("{:?}", REQUEST_ID.get().map(|id| id.as_str().len()))
}

#[test]
fn a_panic_of_the_call_or_of_a_poll_leaves_no_store() {
    let in_call = service_fn(|_| -> std::future::Ready<Answer> { panic!("{}", seen()) });
    assert_eq!(panic_of(in_call), "Some(32)");
    let in_poll = service_fn(|_| poll_fn(|_| -> Poll<Answer> { panic!("{}", seen()) }));
    assert_eq!(panic_of(in_poll), "Some(32)");
}

#[test]
fn a_panic_of_on_refused_leaves_no_store() {
    let layer = ServerLayer::new().on_refused(|refusal| panic!("{refusal}"));
    let mut service = layer.layer(service_fn(|_| ready(Answer::Ok(Response::default()))));
    let mut request = Request::new(());
    request
        .headers_mut()
        .insert("x-request-id", "two words".parse().unwrap());
    let call = AssertUnwindSafe(|| drop(service.call(request)));
    assert!(catch_unwind(call).is_err());
    assert!(REQUEST_ID.get().is_none());
    assert_eq!(layer.refusals().request_id, 1);
}
