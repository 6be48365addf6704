//! The server: one handler that does everything in which an id is usually lost.

use std::{future::Future, io, time::Duration};

use async_hooks::{Snapshot, traced};
use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::sleep,
};

use crate::{
    log::{REQUEST_ID, log},
    request_id,
};

/// Whether ids are kept in a storage, or, to compare, not at all.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Storages {
    On,
    Off,
}

/// What each request logs, in this order or another.
pub(crate) const LINES_OF_A_REQUEST: [&str; 9] = [
    "started",
    "after a yield",
    "in a task",
    "in a task's task",
    "after a timer in a task's task",
    "on a blocking thread",
    "after a timer",
    "in the worker",
    "finished",
];

/// Work that is done later by the worker, on behalf of the request that sent it.
struct Job {
    number: usize,
    context: Snapshot,
    done: oneshot::Sender<()>,
}

#[derive(Clone)]
struct App {
    storages: Storages,
    jobs: mpsc::Sender<Job>,
}

/// Serves until `stop`, and then until the last request is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    storages: Storages,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (jobs, received) = mpsc::channel(64);
    let worker = tokio::spawn(work_off(received));
    let router = Router::new()
        .route("/work/{number}", get(work))
        .with_state(App { storages, jobs });
    let router = match storages {
        Storages::On => router.layer(from_fn(with_request_id)),
        Storages::Off => router.layer(from_fn(without_storage)),
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await?;
    Ok(worker.await?)
}

/// Everything below this runs with the request's id, and is never handed it.
async fn with_request_id(request: Request, next: Next) -> Response {
    match request_id::of(request.headers()) {
        Err(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
        Ok(id) => answered(&id, REQUEST_ID.scope(id.clone(), next.run(request)).await),
    }
}

async fn without_storage(request: Request, next: Next) -> Response {
    match request_id::of(request.headers()) {
        Err(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
        Ok(id) => answered(&id, next.run(request).await),
    }
}

fn answered(id: &str, mut response: Response) -> Response {
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(request_id::HEADER, value);
    }
    response
}

impl App {
    /// tokio's `spawn_blocking`, with the context.
    fn spawn_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        match self.storages {
            Storages::On => tokio::task::spawn_blocking(async_hooks::bind(work)),
            Storages::Off => tokio::task::spawn_blocking(work),
        }
    }

    fn context(&self) -> Snapshot {
        match self.storages {
            Storages::On => async_hooks::snapshot(),
            Storages::Off => Snapshot::empty(),
        }
    }
}

async fn work(
    State(app): State<App>,
    Path(number): Path<usize>,
) -> Result<&'static str, StatusCode> {
    do_work(&app, number)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok("done\n")
}

async fn do_work(app: &App, number: usize) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    log(format!("work {number}: started"));
    tokio::task::yield_now().await;
    log(format!("work {number}: after a yield"));

    let task = tokio::spawn(in_a_task(number));
    let blocking = app.spawn_blocking(move || log(format!("work {number}: on a blocking thread")));
    sleep(Duration::from_millis(1)).await;
    log(format!("work {number}: after a timer"));

    let (done, worked) = oneshot::channel();
    app.jobs
        .send(Job {
            number,
            context: app.context(),
            done,
        })
        .await?;
    worked.await?;
    blocking.await?;
    task.await??;
    log(format!("work {number}: finished"));
    Ok(())
}

/// Plain tokio: the context was captured where this was called.
#[traced]
async fn in_a_task(number: usize) -> Result<(), tokio::task::JoinError> {
    log(format!("work {number}: in a task"));
    tokio::spawn(in_a_tasks_task(number)).await
}

#[traced]
async fn in_a_tasks_task(number: usize) {
    log(format!("work {number}: in a task's task"));
    sleep(Duration::from_millis(1)).await;
    log(format!("work {number}: after a timer in a task's task"));
}

/// The long-lived worker. It has no request of its own: it borrows each job's.
async fn work_off(mut jobs: mpsc::Receiver<Job>) {
    while let Some(Job {
        number,
        context,
        done,
    }) = jobs.recv().await
    {
        context.run(|| log(format!("work {number}: in the worker")));
        let _nobody_waits = done.send(());
    }
}
