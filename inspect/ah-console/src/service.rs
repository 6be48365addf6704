//! The calls of the protocol.

use std::{pin::Pin, time::Duration};

use ah_inspect::Recorder;
use console_api::{
    Id,
    instrument::{
        InstrumentRequest, PauseRequest, PauseResponse, ResumeRequest, ResumeResponse, State,
        StateRequest, TaskDetailsRequest, Temporality, Update, instrument_server::Instrument,
    },
    tasks::TaskDetails,
};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use tokio_stream::{
    Stream, StreamExt as _,
    wrappers::{IntervalStream, WatchStream},
};
use tonic::{Request, Response, Status};

use crate::{histogram::Times, message::Start, update::Sent};

/// How often a console receives what is new.
const EVERY: Duration = Duration::from_secs(1);

/// All consoles are paused together, as with tokio's own server.
#[derive(Default)]
pub(crate) struct Service {
    is_paused: watch::Sender<bool>,
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;
type Answer<T> = Result<Response<T>, Status>;

fn ticks() -> IntervalStream {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    IntervalStream::new(ticks)
}

impl Service {
    /// A tick each second, the first at once, but not while it is paused.
    fn ticks(&self) -> impl Stream<Item = ()> + Send + use<> {
        let is_paused = self.is_paused.subscribe();
        ticks().filter(move |_| !*is_paused.borrow()).map(drop)
    }
}

/// What has come of a task since it was first looked at; `None` if it is not known, or no more.
fn details(id: u64, times: &mut Times) -> Option<TaskDetails> {
    let recording = Recorder::attach()?.take();
    let task = recording.task(id)?;
    times.add(task, recording.end());
    let mut details = TaskDetails {
        task_id: Some(Id { id }),
        now: Some(Start::before(recording.end()).time(recording.end())),
        ..TaskDetails::default()
    };
    times.write(&mut details);
    Some(details)
}

#[tonic::async_trait]
impl Instrument for Service {
    type WatchUpdatesStream = Streamed<Update>;
    type WatchTaskDetailsStream = Streamed<TaskDetails>;
    type WatchStateStream = Streamed<State>;

    async fn watch_updates(
        &self,
        _: Request<InstrumentRequest>,
    ) -> Answer<Self::WatchUpdatesStream> {
        let mut sent = Sent::nothing();
        let updates = self.ticks().map(move |()| Ok(sent.update()));
        Ok(Response::new(Box::pin(updates)))
    }

    async fn watch_task_details(
        &self,
        request: Request<TaskDetailsRequest>,
    ) -> Answer<Self::WatchTaskDetailsStream> {
        let id = request
            .into_inner()
            .id
            .ok_or_else(|| Status::invalid_argument("which task? the id is missing"))?;
        let mut times = Times::new();
        let first = details(id.id, &mut times);
        let first =
            first.ok_or_else(|| Status::not_found(format!("no task {} is recorded", id.id)))?;
        let next = self
            .ticks()
            .skip(1)
            .map(move |()| details(id.id, &mut times));
        let details = tokio_stream::once(Some(first)).chain(next);
        let until_it_ends = details
            .take_while(Option::is_some)
            .filter_map(|details| details.map(Ok));
        Ok(Response::new(Box::pin(until_it_ends)))
    }

    async fn watch_state(&self, _: Request<StateRequest>) -> Answer<Self::WatchStateStream> {
        let states = WatchStream::new(self.is_paused.subscribe()).map(|is_paused| {
            let temporality = if is_paused {
                Temporality::Paused
            } else {
                Temporality::Live
            };
            Ok(State {
                temporality: temporality.into(),
            })
        });
        Ok(Response::new(Box::pin(states)))
    }

    async fn pause(&self, _: Request<PauseRequest>) -> Answer<PauseResponse> {
        self.is_paused.send_replace(true);
        Ok(Response::new(PauseResponse {}))
    }

    async fn resume(&self, _: Request<ResumeRequest>) -> Answer<ResumeResponse> {
        self.is_paused.send_replace(false);
        Ok(Response::new(ResumeResponse {}))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use console_api::instrument::{
        PauseRequest, ResumeRequest, instrument_server::Instrument as _,
    };
    use tokio::time::timeout;
    use tokio_stream::StreamExt as _;
    use tonic::Request;

    use super::Service;

    /// The clock is tokio's paused one: an hour passes at once.
    #[tokio::test(start_paused = true)]
    async fn while_it_is_paused_nothing_is_told() {
        const HOUR: Duration = Duration::from_secs(3600);
        let service = Service::default();
        let mut ticks = Box::pin(service.ticks());
        assert_eq!(timeout(HOUR, ticks.next()).await, Ok(Some(())));
        assert_eq!(timeout(HOUR, ticks.next()).await, Ok(Some(())));
        service.pause(Request::new(PauseRequest {})).await.unwrap();
        timeout(HOUR, ticks.next()).await.unwrap_err();
        service
            .resume(Request::new(ResumeRequest {}))
            .await
            .unwrap();
        assert_eq!(timeout(HOUR, ticks.next()).await, Ok(Some(())));
    }
}
