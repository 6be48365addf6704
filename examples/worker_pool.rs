//! A pool of plain threads whose callbacks run in the context of whoever submitted the task.
//!
//! `cargo run --example worker_pool`
//!
//! The workers know nothing of requests. A task takes an `AsyncResource` along, and its callback runs in the scope of
//! that; a plain closure is sent with `async_hooks::bind!`.

use std::{
    collections::HashMap,
    error::Error,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use async_hooks::{AsyncId, AsyncLocalStorage, AsyncResource};

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

type Job = Box<dyn FnOnce() + Send>;

struct WorkerPool {
    jobs: Sender<Job>,
    workers: Vec<JoinHandle<()>>,
}

/// What a task takes along until it is done.
struct TaskInfo<R> {
    resource: AsyncResource,
    callback: Box<dyn FnOnce(R) + Send>,
}

impl<R> TaskInfo<R> {
    /// Calls back as if from where the task was submitted, and ends the resource.
    fn done(self, result: R) {
        let Self { resource, callback } = self;
        resource.run_in_async_scope(|| callback(result));
    }
}

impl WorkerPool {
    fn new(size: usize) -> Self {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let workers = (0..size).map(|_| {
            let queue = queue.clone();
            thread::spawn(move || work_off(&queue))
        });
        Self {
            jobs,
            workers: workers.collect(),
        }
    }

    /// Runs `work` on a worker, and then `callback` in the context of the caller of this.
    fn run<R: 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
        callback: impl FnOnce(R) + Send + 'static,
    ) -> Result<AsyncId, mpsc::SendError<Job>> {
        let task = TaskInfo {
            resource: AsyncResource::new("WorkerPoolTask"),
            callback: Box::new(callback),
        };
        let id = task.resource.async_id();
        self.execute(move || task.done(work()))?;
        Ok(id)
    }

    /// Runs a closure on a worker, in the context that it brings, if it brings one.
    fn execute(&self, job: impl FnOnce() + Send + 'static) -> Result<(), mpsc::SendError<Job>> {
        self.jobs.send(Box::new(job))
    }

    /// Lets the workers finish what was submitted.
    fn join(self) -> thread::Result<()> {
        drop(self.jobs);
        self.workers.into_iter().try_for_each(JoinHandle::join)
    }
}

fn work_off(queue: &Mutex<Receiver<Job>>) {
    loop {
        let received = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match received {
            Ok(job) => job(),
            Err(mpsc::RecvError) => return,
        }
    }
}

/// What a callback saw.
struct Seen {
    task: u64,
    primes: u64,
    request: Option<u64>,
    execution: AsyncId,
    trigger: AsyncId,
}

fn primes_below(limit: u64) -> u64 {
    let is_prime = |n: &u64| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    (2..limit).filter(is_prime).count() as u64
}

/// How often each task was destroyed.
type Destroyed = Arc<Mutex<HashMap<AsyncId, usize>>>;

fn count_destroys() -> Destroyed {
    let destroyed = Destroyed::default();
    let counts = destroyed.clone();
    let hooks = async_hooks::Hooks::builder()
        .destroy(move |id| {
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            *counts.entry(id).or_default() += 1;
        })
        .types(["WorkerPoolTask"])
        .build();
    async_hooks::create_hook(hooks).enable();
    destroyed
}

/// Submits three tasks on behalf of one request, and returns their ids.
fn handle(
    pool: &WorkerPool,
    number: u64,
    seen: &Sender<Seen>,
) -> Result<Vec<AsyncId>, mpsc::SendError<Job>> {
    let submit = |task: u64| {
        let seen = seen.clone();
        pool.run(
            move || primes_below(1_000 * task),
            move |primes| {
                let _nobody_asks = seen.send(Seen {
                    task,
                    primes,
                    request: REQUEST_ID.get(),
                    execution: async_hooks::execution_async_id(),
                    trigger: async_hooks::trigger_async_id(),
                });
            },
        )
    };
    REQUEST_ID.run(number, || {
        let request = AsyncResource::new("REQUEST");
        request.run_in_async_scope(|| (3 * number..3 * number + 3).map(submit).collect())
    })
}

fn tell(answer: &Sender<(&'static str, Option<u64>)>, closure: &'static str) {
    let _nobody_asks = answer.send((closure, REQUEST_ID.get()));
}

fn main() -> Result<(), Box<dyn Error>> {
    let destroyed = count_destroys();
    let pool = WorkerPool::new(4);

    let (seen, callbacks) = mpsc::channel();
    let mut ids = Vec::new();
    for request in [1, 2] {
        ids.extend(handle(&pool, request, &seen)?);
    }
    drop(seen);

    let (answer, plain) = mpsc::channel();
    let bound_answer = answer.clone();
    REQUEST_ID.run(3, || {
        pool.execute(async_hooks::bind!(move || tell(&bound_answer, "bound")))?;
        pool.execute(move || tell(&answer, "not bound"))
    })?;
    pool.join().map_err(|_| "a worker panicked")?;

    let mut callbacks: Vec<Seen> = callbacks.iter().collect();
    callbacks.sort_by_key(|seen| seen.task);
    for seen in &callbacks {
        let request = seen.request.ok_or("a callback without a request")?;
        println!(
            "task {}: {} primes, for request {request}, execution id {}, trigger id {}",
            seen.task, seen.primes, seen.execution, seen.trigger
        );
    }
    let mut plain: Vec<_> = plain.iter().collect();
    plain.sort_unstable();
    for (closure, request) in &plain {
        match request {
            Some(request) => println!("a closure that was {closure}: request {request}"),
            None => println!("a closure that was {closure}: no request"),
        }
    }

    let right_ids = callbacks.iter().map(|seen| seen.execution).eq(ids.clone());
    let right_requests = callbacks
        .iter()
        .all(|seen| seen.request == Some(seen.task / 3));
    let destroyed = destroyed.lock().unwrap_or_else(PoisonError::into_inner);
    let right_closures = plain == [("bound", Some(3)), ("not bound", None)];
    let once = ids.iter().all(|id| destroyed.get(id) == Some(&1));
    println!("each callback in its submitter's context: {right_requests}");
    println!("each callback in its task's scope: {right_ids}");
    println!("each of {} tasks destroyed once: {once}", destroyed.len());
    if right_ids && right_requests && right_closures && once {
        Ok(())
    } else {
        Err("a task lost its context".into())
    }
}
