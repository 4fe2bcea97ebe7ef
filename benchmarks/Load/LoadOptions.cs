using System.Globalization;
using Orchestration.Benchmarks.Load.Hosting;

namespace Orchestration.Benchmarks.Load;

/// <summary>What is to be measured.</summary>
internal sealed record LoadOptions
{
    /// <summary>The workloads by their short names, in order.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    /// <summary>Length of a measured window.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long the loops run before the window; silos of the same cores take the longer to compile, the more they are.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often each workload is run.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Callers of the loaded sequences (W1, W2).</summary>
    public int InFlight { get; init; } = 64;

    /// <summary>How many workflows sleep in W5.</summary>
    public int Sleepers { get; init; } = 5000;

    /// <summary>How many open workflows there are in M1.</summary>
    public int OpenRuns { get; init; } = 1_000_000;

    /// <summary>How long each of them sleeps.</summary>
    public TimeSpan Sleep { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many seconds to wait for an idle machine before each run; 0 is not at all.</summary>
    public double QuietSeconds { get; init; }

    /// <summary>
    /// A PostgreSQL store (its URL without a schema, or <c>postgres</c> for a server of the driver's own); null: SQLite.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>How many silos.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>How many processes they run in, as many in each.</summary>
    public int SiloProcesses => Processes ?? Silos;

    private int? Processes { get; init; }

    /// <summary>Where the store's file lives while it lasts.</summary>
    public string Data { get; init; } = Path.Combine(Path.GetTempPath(), "orchestration-load");

    /// <summary>A file that also gets the lines.</summary>
    public string? Output { get; init; }

    private const string Usage = """
        Usage: dotnet run -c Release --project benchmarks/Load -- WORKLOAD... [options]
          W1 W1u     five activities in sequence, 64 callers / one
          W2 W2u     one activity, 64 callers / one
          W3         100 activities in parallel, 8 callers
          W4         1,000 activities in sequence, one workflow
          W5         sleepers: memory each, lateness of their wake-ups
          W6         kill -9 of the silo with 500 workflows in flight
          S1 S100 U1 signals to one workflow: one caller's batches / 100 callers; updates, one caller
          T1 T2      100,000 timers due at one moment: in 100 runs in memory / one each in as many parked runs
          D1         kill -9 of one of the silos (at least 2) with 10,000 runs at work on each; PostgreSQL
          M1         start over a store of --open N (1,000,000) workflows, all but 1,000 parked; PostgreSQL
          RAWN       appends by the driver alone, 64 callers: in one process and in --silos N (at least 2), in turns; PostgreSQL
          RAW        appends through the PostgreSQL store, and by the driver alone: CPU each; with an Azure Storage, one after the
                     other through the store, and by the client library alone: latency of each
          W2P        W2u against one append to an Azure Storage, by windows in turns: the ratio of each pair
          SOAK       all of it mixed for --secs (600 are good); fails if memory grows with what has ended, once 150,000 have
          CALLS      calls of a grain that does nothing, 100 callers
          --secs N (20)  --warm-up S (3)  --runs N (1)  --inflight N (64)  --sleepers N (5000)  --sleep-secs S (30)
          --quiet S (0)  wait at most S seconds for an idle machine before each run
          --store S      a PostgreSQL instead of SQLite: postgres://USER:PASSWORD@HOST:PORT/DATABASE, or "postgres" for a server
                         of its own with the package's settings; a schema of its own is made there for each workload, and dropped
                         or an Azure Storage: azure:CONNECTION STRING, or "azurite" or "azurite-disk" for an Azurite of its own,
                         each with ;Form=BlobPerRun or ;Logs=N behind it if wanted
          --silos N (1)  so many silos, each a process
          --processes N  the silos in so many processes instead, as many in each
          --data DIR     where the store's file lives; deleted before each workload
          --out FILE     also append the lines to FILE
          BENCH_TLS=DIR  (environment) TLS between the processes, with DIR/tls.crt, tls.key and ca.crt, for 127.0.0.1
        One JSON line a workload and run goes to standard output.
        """;

    /// <summary>Reads the command line; null, with a message, where it makes no sense.</summary>
    public static LoadOptions? Parse(string[] args, TextWriter error)
    {
        var options = new LoadOptions
        {
            Output = Environment.GetEnvironmentVariable("BENCH_OUT"),
            QuietSeconds = double.TryParse(
                Environment.GetEnvironmentVariable("BENCH_QUIET_MAX"), CultureInfo.InvariantCulture, out var quiet) ? quiet : 0,
        };
        var workloads = new List<string>();
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                if (!args[i].StartsWith("--", StringComparison.Ordinal))
                {
                    workloads.Add(Known(args[i]));
                    continue;
                }

                if (i + 1 == args.Length) throw new FormatException($"{args[i]} needs a value");
                options = options.With(args[i], args[++i]);
            }

            if (options.Store is null && workloads.Any(static w => w is "D1" or "M1" or "RAW" or "RAWN"))
                throw new FormatException("D1, M1 and RAWN are for PostgreSQL, RAW for it or Azure Storage: name a --store");
            if (!LoadStore.IsAzure(options.Store) && workloads.Contains("W2P"))
                throw new FormatException("W2P is for Azure Storage: name a --store");
            if (options.Silos > 1 && workloads.Contains("W6"))
                throw new FormatException("W6 kills its one silo; see tests/Chaos");
            if (options.Silos < 2 && workloads.Contains("RAWN"))
                throw new FormatException("RAWN compares one process with --silos N of them: name at least 2");
            if (options.Silos % options.SiloProcesses != 0)
                throw new FormatException("--processes takes a number that the silos can be shared among evenly");
            return workloads.Count > 0
                ? options with { Workloads = workloads } : throw new FormatException("no workload is named");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            error.WriteLine(e.Message);
            error.WriteLine(Usage);
            return null;
        }
    }

    private static string Known(string name) =>
        name is "W1" or "W1u" or "W2" or "W2u" or "W3" or "W4" or "W5" or "W6" or "CALLS"
            or "S1" or "S100" or "U1" or "T1" or "T2" or "D1" or "M1" or "RAW" or "RAWN" or "SOAK" or "W2P"
            ? name
            : throw new FormatException($"there is no workload {name}");

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);

    private LoadOptions With(string name, string value) => name switch
    {
        "--secs" => this with { Window = TimeSpan.FromSeconds(Number(value)) },
        "--warm-up" => this with { WarmUp = TimeSpan.FromSeconds(Number(value)) },
        "--runs" => this with { Runs = (int)Number(value) },
        "--inflight" => this with { InFlight = (int)Number(value) },
        "--sleepers" => this with { Sleepers = (int)Number(value) },
        "--open" => this with { OpenRuns = (int)Number(value) },
        "--sleep-secs" => this with { Sleep = TimeSpan.FromSeconds(Number(value)) },
        "--quiet" => this with { QuietSeconds = Number(value) },
        "--store" => this with { Store = value },
        "--silos" => (int)Number(value) is >= 1 and <= 64 and var silos
            ? this with { Silos = silos } : throw new FormatException("--silos takes 1 to 64"),
        "--processes" => (int)Number(value) is >= 1 and <= 64 and var processes
            ? this with { Processes = processes } : throw new FormatException("--processes takes 1 to 64"),
        "--data" => this with { Data = Path.GetFullPath(value) },
        "--out" => this with { Output = value },
        _ => throw new FormatException($"there is no option {name}"),
    };
}
