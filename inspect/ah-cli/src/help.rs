//! What `ah --help` says.

pub(crate) const TEXT: &str = "\
ah - look into a running async program

USAGE
  ah ls                       the processes of this user that serve
  ah ps PID                   what is alive, a line each
  ah pstree PID               what caused what; what looks alike is one line
  ah why PID ID               why something is there, and what it waits for
  ah lost PID                 where a context was lost, and what mends that
  ah stats PID                what is alive by type, what is carried by storage
  ah record PID               the last seconds, as a file
  ah top PID                  the requests of the last seconds, slowest first
  ah river PID ID             where the time of one request went, as a picture
  ah export PID               the last seconds, for a tool of somebody else

OPTIONS
  -j, --json                  ps, pstree, why, lost, stats, top: a line of JSON
  -w, --watch[=SECONDS]       views of a process: again and again, until it ends
  --check                     lost: exit with 4 if a context was lost
  -o, --output FILE           record, export: the file, or one named by the PID
  --format FORMAT             export: perfetto, heap, speedscope or bubbleprof
  --html FILE                 river: for a browser; top: a directory, all rivers
  --recording FILE            river, top, export: what was recorded, not a PID
  --by STORAGE                top: the storage that distinguishes requests
  -f, --force                 record, export, --html: write over the file
  -h, --help                  this text
  -V, --version               the version

IN THE PROGRAM
  let recorder = ah_inspect::Recorder::start(&Settings::default())?;
  ah_inspect::serve()?;

COLUMNS
  ID       the id of a task, a tracked future or a resource
  CAUSE    the id of what caused it; 1 for nothing that is tracked
  STATE    new: not polled yet; waiting: between two polls; woken: to be polled;
           running: being polled; finished: ready, but held; held: no future
  AGE      since it was created
  POLLS    how often it was polled, or its scope was entered
  BUSY     how long that took
  LONGEST  how long its longest poll took
  DELAY    how long it waited for its thread after a wake, on average
  WHAT     its type, the function of its future, where it was created, and the
           stores that it carries; those of storages that are not shown as ●●●

FORMATS
  perfetto    FILE.pftrace, for Perfetto: tasks below their causes, with polls
  heap        FILE.heapsnapshot, for Chrome's DevTools and memlab: what keeps
              which store alive
  speedscope  FILE.speedscope.json, for speedscope: the time by causes
  bubbleprof  DIRECTORY.clinic-bubbleprof, for Clinic.js Bubbleprof

FILES
  $XDG_RUNTIME_DIR/ah/PID.sock; without that variable, ah-UID/PID.sock in the
  directory for temporary files. Only the user of a process may connect.

EXIT STATUS
  0  it was done
  1  the process refused: it says why
  2  the command is not understood
  3  there is no such process, or it does not serve
  4  --check: a context was lost

EXAMPLES
  ah pstree $(pgrep shop)
  ah why 4242 17
  ah ps 4242 --json | jq '.alive[] | select(.state == \"woken\")'
  ah lost 4242 --check || exit 1
  ah top 4242 --html requests && xdg-open requests/index.html
";
