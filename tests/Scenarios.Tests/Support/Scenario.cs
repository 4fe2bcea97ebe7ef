using Orchestration.Testing;
using Orchestration.Testing.Hosting;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>
/// One scenario, run three ways: plainly; replayed from the histories that it left, whole and cut after every event; and crashed
/// right after its first append, its second, and so on until a run ends before the crash. What defines it is called anew for each
/// run, so that each has a world of its own. Those that say so (<see cref="OnDisk"/>) also run over the embedded store, where a
/// crash leaves what the disk has and nothing else.
/// </summary>
public sealed class Scenario
{
    private const int MostSeconds = 60;
    private const int MostTries = 3;
    private const int MostDiskCrashes = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<Action<WorkflowTestOptions>> _hosting = [];
    private Func<Task>? _script;
    private WorkflowTestEnvironment? _environment;
    private DiskStore? _disk;
    private bool _onDisk;

    private Scenario(int? crashAfter) => CrashAfter = crashAfter;

    /// <summary>After which append this run crashes; null where it does not.</summary>
    public int? CrashAfter { get; }

    /// <summary>Whether this run is crashed: activities may then run more often than once.</summary>
    public bool Crashes => CrashAfter is not null;

    /// <summary>The environment; for the script, and for activities that wait in its time.</summary>
    public WorkflowTestEnvironment Env => _environment ?? throw new InvalidOperationException("The environment is not up yet.");

    /// <summary>Set it where histories of the plain run do not fit the code at the end, and why.</summary>
    public string? NotReplayed { get; set; }

    /// <summary>Crashes only after every so many appends, where there are hundreds.</summary>
    public int CrashStep { get; set; } = 1;

    /// <summary>
    /// Set it where the number of appends depends on how threads meet: then not each of them is crashed at for certain.
    /// </summary>
    public bool TakesAnyCourse { get; set; }

    /// <summary>Runs a scenario all three ways.</summary>
    public static async Task RunAsync(Action<Scenario> define)
    {
        var plain = Define(define, null);
        SharedParts shared;
        int appends;
        var environment = await StartAsync(plain, null);
        await using (environment)
        {
            shared = environment.Shared;
            await plain.PlayAsync();
            appends = environment.Appends;
            if (plain.NotReplayed is null) await ReplayCheck.AllAsync(environment);
        }

        var crashed = true;
        for (var after = 1; crashed || after <= appends; after += plain.CrashStep)
        {
            if (after > (appends * 3) + 20)
                throw new ScenarioFailed($"A plain run has {appends} appends, and after {after} it is crashed still.", null);

            // Up to the crash a run is to take the course of the plain one: else some append would never be the last. Where the
            // threads of activities meet otherwise, it is tried again.
            crashed = false;
            for (var tries = after <= appends ? MostTries : 1; tries > 0 && !crashed; tries--)
                crashed = await PlayCrashedAsync(Define(define, after), after, shared);
            if (!crashed && after <= appends && !plain.TakesAnyCourse)
                throw new ScenarioFailed($"A plain run has {appends} appends, and a crash after {after} never came.", null);
        }

        if (plain._onDisk) await RunOnDiskAsync(define, shared);
    }

    /// <summary>
    /// How stimuli gather while the disk writes differs from run to run, so not each crash is reached for certain; most are.
    /// </summary>
    private static async Task RunOnDiskAsync(Action<Scenario> define, SharedParts shared)
    {
        int appends;
        await using (var disk = new DiskStore())
        {
            var plain = Define(define, null, disk);
            await using var environment = await StartAsync(plain, shared);
            await plain.PlayAsync();
            appends = environment.Appends;
            if (plain.NotReplayed is null) await ReplayCheck.WholeAsync(environment);
        }

        var all = Environment.GetEnvironmentVariable("ORCHESTRATION_LONG_TESTS") == "1";
        var step = all ? 1 : Math.Max(1, (appends + MostDiskCrashes - 1) / MostDiskCrashes);
        var (tried, reached) = (0, 0);
        for (var after = 1; after <= appends; after += step, tried++)
        {
            await using var disk = new DiskStore();
            if (await PlayCrashedAsync(Define(define, after, disk), after, shared)) reached++;
        }

        if (reached < (tried + 1) / 2)
            throw new ScenarioFailed($"On disk, of {tried} crashes among {appends} appends only {reached} came.", null);
    }

    /// <summary>Lets time pass second by second until something holds that comes by itself.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var second = 0; ; second++)
        {
            await Env.IdleAsync();
            if (await holds()) return;
            if (second == MostSeconds) throw new ScenarioFailed($"Never came: {what}. {await Diagnosis.OfAsync(Env)}", null);
            await Env.AdvanceAsync(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// Has it run over the embedded store too, on a real disk, with crashes after some of the appends (all of them in long test
    /// runs). At least one scenario of each capability does.
    /// </summary>
    public Scenario OnDisk()
    {
        _onDisk = true;
        return this;
    }

    /// <summary>Says what is hosted.</summary>
    public void Host(Action<WorkflowTestOptions> configure) => _hosting.Add(configure);

    /// <summary>Says what is done, and what is to come of it.</summary>
    public void Script(Func<Task> script) => _script = script;

    /// <returns>Whether it came to the append after which it was to crash.</returns>
    private static async Task<bool> PlayCrashedAsync(Scenario run, int after, SharedParts shared)
    {
        await using var crashing = await StartAsync(run, shared);
        var crashed = false;
        crashing.CrashAfterAppend(after, () => crashed = true);
        await run.PlayAsync();
        if (run.NotReplayed is null) await ReplayCheck.WholeAsync(crashing);
        return crashed;
    }

    private static Scenario Define(Action<Scenario> define, int? crashAfter, DiskStore? disk = null)
    {
        var scenario = new Scenario(crashAfter) { _disk = disk };
        define(scenario);
        return scenario;
    }

    private static async Task<WorkflowTestEnvironment> StartAsync(Scenario scenario, SharedParts? shared)
    {
        var options = new WorkflowTestOptions { ActivitiesInTurn = true };
        foreach (var configure in scenario._hosting) configure(options);
        if (scenario._disk is { } own) options.Store = own.Open();
        scenario._environment = await WorkflowTestEnvironment.StartAsync(options, shared);
        scenario._environment.StoreAfterDeath = scenario._disk is { } disk ? disk.Open : null;
        return scenario._environment;
    }

    private async Task PlayAsync()
    {
        var script = _script ?? throw new InvalidOperationException("The scenario has no script.");
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Env.OnStuck = () => stuck.TrySetResult();
        var played = Env.RunAsync(script);
        try
        {
            if (await Task.WhenAny(played, stuck.Task).WaitAsync(Patience) == stuck.Task && !played.IsCompleted)
                throw new ScenarioFailed($"{Name}: nothing goes on any more. {await Diagnosis.OfAsync(Env)}", null);
            await played;
        }
        catch (TimeoutException e)
        {
            throw new ScenarioFailed($"{Name}: not done after {Patience}. {await Diagnosis.OfAsync(Env)}", e);
        }
        catch (Exception e) when (e is not ScenarioFailed)
        {
            throw new ScenarioFailed($"{Name}: {e.Message}", e);
        }

        if (Env.Errors is [var first, ..]) throw new ScenarioFailed($"{Name}: the environment failed: {first.Message}", first);
    }

    private string Name => (_disk is null ? "" : "On disk: ")
        + (CrashAfter is { } after ? $"Crashed after append {after}" : "Run plainly");
}

/// <summary>A scenario did not hold.</summary>
public sealed class ScenarioFailed(string message, Exception? inner) : Exception(message, inner);
