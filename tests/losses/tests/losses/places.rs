//! The places, each as it is found in services.

use std::{pin::Pin, sync::mpsc::channel};

use async_hooks::{WithContext, bind, prelude::*, traced};
use futures::future::BoxFuture;
use hyper::rt::Executor as _;
use hyper_util::rt::TokioExecutor;
use rayon::prelude::*;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::task::{JoinMap, TaskTracker};

use super::{
    http,
    tiers::{ID, Tier, seen},
};

type Seen = Option<u64>;

pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Tier) -> BoxFuture<'static, Seen>,
}

macro_rules! places {
    ($($name:literal: $run:path,)*) => {
        [$(Place { name: $name, run: |tier| Box::pin($run(tier)) },)*]
    };
}

pub(crate) const PLACES: [Place; 17] = places! {
    "`spawn(async { … })` in a handler": inline,
    "`spawn(work())` of an `async fn`": named,
    "`JoinSet::spawn`": join_set,
    "`spawn_blocking`": blocking,
    "`LocalSet`, `spawn_local`": local,
    "`TaskTracker::spawn` of tokio-util": tracker,
    "`JoinMap::spawn` of tokio-util": join_map,
    "a task that a library spawns: hyper's `TokioExecutor`": library,
    "a future that another task polls": sent_future,
    "a job for a worker, over `mpsc`": worker,
    "a job for a worker, with a `oneshot` for the answer": actor,
    "a message of a `broadcast`": broadcasts,
    "a callback that is called later, elsewhere": callback,
    "`std::thread::spawn`": thread,
    "`rayon`: `spawn`, `par_iter`": with_rayon,
    "a streaming body": http::body,
    "the task of an upgraded connection": http::upgrade,
};

/// (c) is the attribute on the handler: it carries the handler, and not what is spawned in it.
async fn inline(tier: Tier) -> Seen {
    #[traced]
    async fn annotated() -> Seen {
        tokio::spawn(async { seen().await }).await.unwrap()
    }
    match tier {
        Tier::Wrapped => annotated().await,
        tier => tier.spawn(async { seen().await }).await.unwrap(),
    }
}

async fn named(tier: Tier) -> Seen {
    async fn work() -> Seen {
        seen().await
    }
    #[traced]
    async fn annotated_work() -> Seen {
        seen().await
    }
    match tier {
        Tier::Wrapped => tokio::spawn(annotated_work()).await.unwrap(),
        tier => tier.spawn(work()).await.unwrap(),
    }
}

async fn join_set(tier: Tier) -> Seen {
    if tier == Tier::Spawns {
        let mut set = ah_tokio::task::JoinSet::new();
        set.spawn(seen());
        return set.join_next().await.unwrap().unwrap();
    }
    let mut set = tokio::task::JoinSet::new();
    match tier {
        Tier::Wrapped => set.spawn(seen().in_current_context()),
        _ => set.spawn(seen()),
    };
    set.join_next().await.unwrap().unwrap()
}

async fn blocking(tier: Tier) -> Seen {
    let task = match tier {
        Tier::Plain | Tier::Hooks => tokio::task::spawn_blocking(|| ID.get()),
        Tier::Spawns => ah_tokio::task::spawn_blocking(|| ID.get()),
        Tier::Wrapped => tokio::task::spawn_blocking(bind!(move || ID.get())),
    };
    task.await.unwrap()
}

/// On a thread of its own, which has the set and the request.
async fn local(tier: Tier) -> Seen {
    let handle = tokio::runtime::Handle::current();
    let request = async move {
        let task = match tier {
            Tier::Plain | Tier::Hooks => tokio::task::spawn_local(seen()),
            Tier::Spawns => ah_tokio::task::spawn_local(seen()),
            Tier::Wrapped => tokio::task::spawn_local(seen().in_current_context()),
        };
        task.await.unwrap()
    };
    let local = std::thread::spawn(move || {
        let set = tokio::task::LocalSet::new();
        handle.block_on(set.run_until(ID.scope(7, request)))
    });
    local.join().unwrap()
}

async fn tracker(tier: Tier) -> Seen {
    let tracker = TaskTracker::new();
    let task = match tier {
        Tier::Plain | Tier::Hooks => tracker.spawn(seen()),
        Tier::Spawns => ah_tokio::spawn(tracker.track_future(seen())),
        Tier::Wrapped => tracker.spawn(seen().in_current_context()),
    };
    task.await.unwrap()
}

/// (a) has no set of its own for it.
async fn join_map(tier: Tier) -> Seen {
    let mut map = JoinMap::new();
    match tier {
        Tier::Wrapped => map.spawn("one", seen().in_current_context()),
        _ => map.spawn("one", seen()),
    }
    map.join_next().await.unwrap().1.unwrap()
}

/// (a) has no say in it.
async fn library(tier: Tier) -> Seen {
    let (answer, answered) = oneshot::channel();
    let work = async { answer.send(seen().await).unwrap() };
    match tier {
        Tier::Wrapped => TokioExecutor::new().execute(work.in_current_context()),
        _ => TokioExecutor::new().execute(work),
    }
    answered.await.unwrap()
}

async fn sent_future(tier: Tier) -> Seen {
    type Work = Pin<Box<dyn Future<Output = Seen> + Send>>;
    let (work, mut todo) = mpsc::channel::<Work>(1);
    let elsewhere = detached(async move { todo.recv().await.unwrap().await });
    let future: Work = match tier {
        Tier::Wrapped => Box::pin(seen().in_current_context()),
        _ => Box::pin(seen()),
    };
    work.send(future).await.ok().unwrap();
    elsewhere.await.unwrap()
}

async fn worker(tier: Tier) -> Seen {
    let (jobs, mut todo) = mpsc::channel(1);
    let worker = detached(async move {
        let job: WithContext<()> = todo.recv().await.unwrap();
        match tier {
            Tier::Wrapped => job.scope(async |()| seen().await).await,
            _ => seen().await,
        }
    });
    jobs.send(WithContext::new(())).await.unwrap();
    worker.await.unwrap()
}

async fn actor(tier: Tier) -> Seen {
    let (jobs, mut todo) = mpsc::channel::<WithContext<oneshot::Sender<Seen>>>(1);
    let actor = detached(async move {
        let job = todo.recv().await.unwrap();
        let answer = async |answer: oneshot::Sender<Seen>| answer.send(seen().await).unwrap();
        match tier {
            Tier::Wrapped => job.scope(answer).await,
            _ => answer(job.into_parts().0).await,
        }
    });
    let (answer, answered) = oneshot::channel();
    jobs.send(WithContext::new(answer)).await.ok().unwrap();
    actor.await.unwrap();
    answered.await.unwrap()
}

async fn broadcasts(tier: Tier) -> Seen {
    let (sender, mut receiver) = broadcast::channel(1);
    let receives = detached(async move {
        let message: WithContext<()> = receiver.recv().await.unwrap();
        match tier {
            Tier::Wrapped => message.run(|()| ID.get()),
            _ => ID.get(),
        }
    });
    sender.send(WithContext::new(())).unwrap();
    receives.await.unwrap()
}

async fn callback(tier: Tier) -> Seen {
    type Callback = Box<dyn FnOnce() -> Seen + Send>;
    let callback: Callback = match tier {
        Tier::Wrapped => Box::new(bind!(move || ID.get())),
        _ => Box::new(|| ID.get()),
    };
    detached(async move { callback() }).await.unwrap()
}

async fn thread(tier: Tier) -> Seen {
    match tier {
        Tier::Wrapped => async_hooks::thread::spawn(|| ID.get()).join().unwrap(),
        _ => std::thread::spawn(|| ID.get()).join().unwrap(),
    }
}

async fn with_rayon(tier: Tier) -> Seen {
    let (sender, receiver) = channel();
    let parallel: fn() -> Seen = || ID.get();
    let mapped: Vec<Seen> = if tier == Tier::Wrapped {
        rayon::spawn(bind!(move || sender.send(ID.get()).unwrap()));
        let context = async_hooks::snapshot();
        rayon::scope(|_| [(); 4].par_iter().map(|()| context.run(parallel)).collect())
    } else {
        rayon::spawn(move || sender.send(ID.get()).unwrap());
        rayon::scope(|_| [(); 4].par_iter().map(|()| parallel()).collect())
    };
    let spawned = receiver.recv().unwrap();
    assert!(mapped.iter().all(|seen| *seen == spawned));
    spawned
}

/// A task that has been there before the request, and carries none.
fn detached<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    async_hooks::detached::<_, async_hooks::Value>(|| tokio::spawn(future))
}
