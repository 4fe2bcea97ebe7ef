using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>
/// What the PostgreSQL store costs beside the driver alone: 64 callers that append turns through the store, and the driver that
/// writes the same rows by the same statement in groups of the size that the store's came to. In turns, in this process.
/// </summary>
internal static class RawWorkload
{
    private const int Callers = 64;
    private const int Connections = 2;
    private static readonly byte[] Body = new byte[200];
    private static readonly RunSummary Running = new(WorkflowStatus.Running, RunState.Runnable, null);

    /// <summary>Runs it.</summary>
    public static async Task<(string Workload, JsonObject Line)> RunAsync(LoadOptions options)
    {
        await using var store = await LoadStore.CreateAsync(options);
        var address = PostgreSqlStoreOptions.Parse(store.Address!);
        await using var stores = await PostgreSqlStores.OpenAsync(address);
        var runs = await Task.WhenAll(Enumerable.Range(0, 2 * Callers).Select(i => StartAsync(stores.History, $"w{i}")));
        var meter = new Meter(new Dictionary<string, IReadOnlyList<int>>
        {
            ["client"] = [Environment.ProcessId], ["database"] = store.ServerId is { } id ? [id] : [],
        });
        var (through, raw) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < 4; round++)
        {
            through.Add(await StoreAsync(stores.History, store, runs[..Callers], options.Window, meter));
            var size = Math.Clamp((int)Math.Round(through[^1].Group), 1, Callers / Connections);
            raw.Add(await DriverAsync(address, runs[Callers..], size, options.Window, meter));
        }

        // The first round of each warms up.
        var (a, b) = (Cost.Mean(through.Skip(1)), Cost.Mean(raw.Skip(1)));
        return ("RAW-append", new JsonObject
        {
            ["store"] = a.ToJson(),
            ["driver"] = b.ToJson(),
            ["cpu_ratio"] = Json.Round((a.Client + a.Database) / (b.Client + b.Database), 3),
            ["client_cpu_ratio"] = Json.Round(a.Client / b.Client, 3),
        });
    }

    private static async Task<Run> StartAsync(IHistoryStore store, string id)
    {
        var key = new StoreKey(new WorkflowKey(id), new RunId(Guid.NewGuid()));
        var result = await store.AppendAsync(new AppendRequest
        {
            Key = key, ExpectedSequence = 0, TurnId = new TurnId(key.RunId.Value, 0), EventCount = 1, Format = 1, Body = Body,
            Header = new RunHeader("raw", Shards.Of(key.Key), DateTimeOffset.UnixEpoch, null), Summary = Running,
        });
        return new Run(key, result.Handle);
    }

    private static async Task<Cost> StoreAsync(
        IHistoryStore store, LoadStore server, Run[] runs, TimeSpan window, Meter meter)
    {
        var before = await server.CountAsync();
        var count = 0;
        meter.Start();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs.Select(run => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < window)
            {
                var result = await store.AppendAsync(new AppendRequest
                {
                    Key = run.Key, Handle = run.Handle, ExpectedSequence = run.Sequence,
                    TurnId = new TurnId(run.Key.RunId.Value, run.Sequence), EventCount = 1, Format = 1, Body = Body,
                });
                if (result.Outcome != AppendOutcome.Appended) throw new InvalidOperationException(result.ToString());
                run.Sequence++;
                Interlocked.Increment(ref count);
            }
        })));
        var reading = meter.Stop();
        await Task.Delay(TimeSpan.FromSeconds(1.2)); // until the sessions have handed in their counts
        var statements = (await server.CountAsync())!.Statements - before!.Statements;
        return Cost.Of(reading, count, count / (double)Math.Max(1, statements));
    }

    private static async Task<Cost> DriverAsync(
        PostgreSqlStoreOptions options, Run[] runs, int group, TimeSpan window, Meter meter)
    {
        var count = 0;
        meter.Start();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs.Chunk(Callers / Connections).Select(share => Task.Run(async () =>
        {
            await using var driver = await RawAppends.OpenAsync(options);
            for (var next = 0; Stopwatch.GetElapsedTime(began) < window; next += group)
            {
                var some = Enumerable.Range(next, group).Select(i => share[i % share.Length]).ToArray();
                if (await driver.WriteAsync(some, Body) != group) throw new InvalidOperationException("Not all were written.");
                Interlocked.Add(ref count, group);
            }
        })));
        return Cost.Of(meter.Stop(), count, group);
    }

    internal sealed class Run(StoreKey key, long handle)
    {
        public StoreKey Key => key;

        public long Handle => handle;

        public long Sequence { get; set; } = 1;
    }

    /// <summary>Microseconds of CPU an append.</summary>
    private sealed record Cost(double Client, double Database, double PerSecond, double Group)
    {
        public static Cost Of(Reading reading, int appends, double group) => new(
            reading.Cpu["client"] * 1e6 / appends, reading.Cpu["database"] * 1e6 / appends, appends / reading.Seconds, group);

        public static Cost Mean(IEnumerable<Cost> costs)
        {
            var all = costs.ToList();
            return new Cost(
                all.Average(static c => c.Client), all.Average(static c => c.Database), all.Average(static c => c.PerSecond),
                all.Average(static c => c.Group));
        }

        public JsonObject ToJson() => new()
        {
            ["client_us"] = Json.Round(Client), ["database_us"] = Json.Round(Database),
            ["appends_per_s"] = Json.Round(PerSecond, 0), ["group"] = Json.Round(Group, 1),
        };
    }
}

/// <summary>The driver alone: one connection, one prepared statement, arrays that are kept.</summary>
internal sealed class RawAppends : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _command;
    private readonly List<long> _handles = [], _expected = [], _numbers = [];
    private readonly List<Guid> _runs = [], _activations = [];
    private readonly List<int> _counts = [];
    private readonly List<short> _formats = [];
    private readonly List<byte[]> _bodies = [];

    private RawAppends(NpgsqlConnection connection, string schema)
    {
        _connection = connection;
        _command = new NpgsqlCommand(
            $"""
            WITH moved AS (
                UPDATE {schema}.runs r SET sequence = i.expected + i.count
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS i(handle, run, expected, activation, number, count, format, body)
                WHERE r.handle = i.handle AND r.run = i.run AND r.sequence = i.expected
                RETURNING i.*),
            written AS (
                INSERT INTO {schema}.turns(handle, first, activation, number, count, format, body)
                SELECT handle, expected + 1, activation, number, count, format, body FROM moved)
            SELECT handle FROM moved
            """, connection);
        Add(_handles, NpgsqlDbType.Bigint);
        Add(_runs, NpgsqlDbType.Uuid);
        Add(_expected, NpgsqlDbType.Bigint);
        Add(_activations, NpgsqlDbType.Uuid);
        Add(_numbers, NpgsqlDbType.Bigint);
        Add(_counts, NpgsqlDbType.Integer);
        Add(_formats, NpgsqlDbType.Smallint);
        Add(_bodies, NpgsqlDbType.Bytea);
    }

    public static async Task<RawAppends> OpenAsync(PostgreSqlStoreOptions options)
    {
        var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; "
            + "SET enable_mergejoin = off; SET enable_sort = off; SET jit = off", connection))
            await command.ExecuteNonQueryAsync();
        var appends = new RawAppends(connection, options.Schema);
        await appends._command.PrepareAsync();
        return appends;
    }

    /// <summary>Appends one turn to each run; how many were written.</summary>
    public async Task<int> WriteAsync(RawWorkload.Run[] runs, byte[] body)
    {
        _handles.Clear();
        _runs.Clear();
        _expected.Clear();
        _activations.Clear();
        _numbers.Clear();
        _counts.Clear();
        _formats.Clear();
        _bodies.Clear();
        foreach (var run in runs)
        {
            _handles.Add(run.Handle);
            _runs.Add(run.Key.RunId.Value);
            _expected.Add(run.Sequence);
            _activations.Add(run.Key.RunId.Value);
            _numbers.Add(run.Sequence++);
            _counts.Add(1);
            _formats.Add(1);
            _bodies.Add(body);
        }

        var written = 0;
        await using var row = await _command.ExecuteReaderAsync();
        while (await row.ReadAsync()) written++;
        return written;
    }

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void Add<T>(List<T> values, NpgsqlDbType type) => _command.Parameters.Add(
        new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
}
