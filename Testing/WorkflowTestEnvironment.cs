using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Testing.Activities;
using Orchestration.Testing.Hosting;
using Orchestration.Testing.Time;

namespace Orchestration.Testing;

/// <summary>
/// The real engine in the test's own process, in virtual time: the bundled silo runtime, the grains, a client, and a store in
/// memory. While a caller waits for the engine and nothing goes on, the clock jumps to the next timer, so that a sleep of thirty
/// days passes in milliseconds. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Time stands still while a turn, a store operation or a message is under way, while the code of an activity runs, and
/// while nobody waits: test code between two calls takes no time. Timers fire one after the other in the order of their due
/// times, and what follows from one is done before the next.</para>
/// <para>What it hosts is set at its start; several environments in one process know nothing of each other.</para>
/// </remarks>
public sealed partial class WorkflowTestEnvironment : IAsyncDisposable
{
    private static readonly TimeSpan NoLimit = TimeSpan.FromDays(36_500);

    private readonly WorkLedger _ledger = new();
    private readonly VirtualClock _clock;
    private readonly Lane _lane;
    private readonly ServiceProvider _clientServices = new ServiceCollection().BuildServiceProvider();
    private readonly ClientCalls _calls;
    private readonly PendingCalls _pending;
    private readonly SiloParts _parts;
    private SiloProcess? _silo;

    private WorkflowTestEnvironment(WorkflowTestOptions options, SharedParts? shared)
    {
        Options = options;
        _clock = new VirtualClock(_ledger, options.Start)
        {
            Skips = options.AutoSkip,
            Patience = options.ActivityPatience,
        };
        var executor = new Executor(_ledger) { OnError = NoteError };
        _lane = new Lane(executor);
        Time = new ClockView(_clock, TimerKind.Due, _lane);
        _calls = new ClientCalls(_ledger);
        _pending = new PendingCalls(new ClockView(_clock, TimerKind.Lazy, _lane), NoLimit) { Watcher = _calls };
        var references = new ReferenceRuntime(
            _pending, new ValueCopier(SharedParts.Serializer, everything: true), () => _calls, copiesArguments: true);
        var engine = SiloProcess.EngineOptions(options);
        Client = new WorkflowClient(
            new ReferenceFactory(references, SharedParts.Classes, _clientServices),
            new WorkflowClientOptions { PayloadConverter = engine.PayloadConverter, RequestTimeLimit = NoLimit },
            new ClockView(_clock, TimerKind.Client, _lane));
        _parts = new SiloParts
        {
            Options = options,
            Engine = engine,
            Shared = Shared = shared ?? new SharedParts(engine),
            Clock = _clock,
            Ledger = _ledger,
            Executor = executor,
            Calls = _calls,
            Client = Client,
            Environment = this,
            Store = options.Store ?? new InMemoryHistoryStore(),
            SmallStates = new InMemorySmallStateStore(),
            Appended = OnAppended,
        };
        Activities = new ActivityMocks(this);
        Shared.Set(Activities);
    }

    /// <summary>A client of the environment. It goes on over crashes and restarts of the silo.</summary>
    public IWorkflowClient Client { get; }

    /// <summary>Mocks activities.</summary>
    public ActivityMocks Activities { get; }

    /// <summary>The services of the silo as it is now; a restarted one has others.</summary>
    /// <exception cref="InvalidOperationException">No silo is up.</exception>
    public IServiceProvider Services => _silo?.Services ?? throw new InvalidOperationException("No silo is up.");

    internal Orchestration.Grains.Storage.IHistoryStore Store => _parts.Store;

    internal WorkflowTestOptions Options { get; }

    internal SharedParts Shared { get; }

    /// <summary>Starts an environment.</summary>
    /// <param name="configure">Says what it hosts.</param>
    /// <exception cref="Orchestration.Workflows.InvalidRequest">A workflow or activity class cannot be hosted.</exception>
    public static Task<WorkflowTestEnvironment> StartAsync(Action<WorkflowTestOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new WorkflowTestOptions();
        configure(options);
        return StartAsync(options, null);
    }

    internal static async Task<WorkflowTestEnvironment> StartAsync(WorkflowTestOptions options, SharedParts? shared)
    {
        var environment = new WorkflowTestEnvironment(options, shared);
        await environment.StartSiloAsync();
        return environment;
    }

    /// <summary>
    /// Runs test code as part of the environment: while it runs, the clock stands even if another call waits at the same time.
    /// </summary>
    /// <param name="script">The test. What it awaits should be the environment's.</param>
    public Task RunAsync(Func<Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return _lane.RunAsync(script);
    }

    /// <summary>Ends the environment, at once and not in good order: nothing of it outlives it but a store of yours.</summary>
    public async ValueTask DisposeAsync()
    {
        StoreAfterDeath = null;
        Kill();
        _lane.Close();
        _clock.Dispose();
        _pending.Dispose();
        await _clientServices.DisposeAsync();
    }
}
