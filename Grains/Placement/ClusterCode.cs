using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Interfaces.Placement;
using Orchestration.Grains.Kernel;
using Orleans;

namespace Orchestration.Grains.Placement;

/// <summary>
/// Which silo hosts which code. A silo's code is asked for when something is needed that is not hosted here, once in the silo's
/// life, and kept until it is gone: where all silos are alike, nobody ever asks. Thread-safe.
/// </summary>
internal sealed partial class ClusterCode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _over = new();
    private readonly ClusterView _cluster;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterCode> _logger;
    private readonly EngineThreads _threads;

    public ClusterCode(
        WorkflowCatalog workflows, ActivityCatalog activities, ClusterView cluster, IGrainFactory grains, TimeProvider time,
        ILogger<ClusterCode> logger, EngineThreads? threads = null)
    {
        _cluster = cluster;
        _grains = grains;
        _time = time;
        _logger = logger;
        _threads = threads ?? EngineThreads.Pool;
        Local = new HostedCode(
            workflows.Build,
            [.. workflows.Names.Select(name => new HostedWorkflow(name, [.. workflows.VersionsOf(name)]))],
            [.. activities.Names]);
        cluster.SiloLost += silo => _asked.TryRemove(silo, out _);
    }

    /// <summary>
    /// Raised with a silo's name when it has said what it hosts after it had not when it was asked first: who looked for code
    /// meanwhile may find it now.
    /// </summary>
    public event Action<string>? LateAnswer;

    /// <summary>What this silo hosts.</summary>
    public HostedCode Local { get; }

    /// <summary>The builds that are known to be live.</summary>
    public IEnumerable<string> KnownBuilds =>
        _asked.Values.Select(static asked => asked.Code?.Build).OfType<string>().Append(Local.Build);

    /// <summary>
    /// What a silo hosts; null where it did not say within 2 s. Then it is asked again, until it does or is gone.
    /// </summary>
    public async ValueTask<HostedCode?> OfAsync(string silo)
    {
        if (silo == _cluster.LocalKey) return Local;
        var asked = AskedOf(silo);
        if (asked.Code is { } known) return known;
        try
        {
            return await asked.Answer.WaitAsync(Patience, _time);
        }
        catch (TimeoutException)
        {
            asked.IsLate = true;
            if (asked.Code is { } since) return since; // between the two
            LogSilent(_logger, silo);
            return null;
        }
    }

    /// <summary>Ends when all silos in full service have said what they host, or are gone.</summary>
    public Task WhenAllHaveAnsweredAsync(CancellationToken cancellation) =>
        Task.WhenAll(_cluster.OtherActiveSilos.Select(silo => AskedOf(silo).Answer)).WaitAsync(cancellation);

    /// <summary>
    /// Whether a silo is known not to host an activity. One that has not been asked is asked, for the next time.
    /// </summary>
    public bool IsKnownToLack(string silo, string activityType) =>
        AskedOf(silo).Code is { } code && Array.BinarySearch(code.Activities, activityType, StringComparer.Ordinal) < 0;

    /// <summary>The silos in full service, this one included, that host a workflow type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="version">The version; null for any.</param>
    /// <param name="without">Builds that are of no use.</param>
    /// <remarks>Asks the silos that have not been asked before, and waits for them.</remarks>
    public async ValueTask<CodeSearch> FindAsync(string type, int? version, IReadOnlyCollection<string>? without = null)
    {
        string[] silos = [.. _cluster.OtherActiveSilos, _cluster.LocalKey];
        var codes = await Task.WhenAll(silos.Select(silo => OfAsync(silo).AsTask()));
        return new CodeSearch(
            [.. silos.Where((_, i) =>
                codes[i] is { } code && Hosts(code, type, version) && without?.Contains(code.Build) != true)],
            [.. codes.OfType<HostedCode>().Where(code => !Hosts(code, type, version))
                .Select(static code => code.Build).Distinct()],
            !codes.Contains(null));
    }

    /// <summary>
    /// Whether a silo's workflow code is that of no other silo in full service, as far as is known. False where it does not say.
    /// </summary>
    /// <param name="silo">The silo; where it is this one, all others are asked first.</param>
    public async ValueTask<bool> IsNewBuildAsync(string silo)
    {
        var others = _cluster.OtherActiveSilos;
        if (silo == _cluster.LocalKey)
        {
            var codes = await Task.WhenAll(others.Select(other => OfAsync(other).AsTask()));
            return !Array.Exists(codes, code => code?.Build == Local.Build);
        }

        return await OfAsync(silo) is { } code && code.Build != Local.Build
            && !others.Any(other => other != silo && _asked.TryGetValue(other, out var asked) && asked.Code?.Build == code.Build);
    }

    /// <summary>
    /// The builds of the silos in full service, this one included, each with one silo that has it. Asks the silos that have not
    /// been asked before; one that does not say is left out, and <see cref="LateAnswer"/> tells of it later.
    /// </summary>
    public async Task<(string Silo, string Build)[]> BuildsAsync()
    {
        string[] silos = [_cluster.LocalKey, .. _cluster.OtherActiveSilos];
        var codes = await Task.WhenAll(silos.Select(silo => OfAsync(silo).AsTask()));
        return [.. silos.Zip(codes).Where(static s => s.Second is not null).Select(static s => (s.First, s.Second!.Build))
            .DistinctBy(static s => s.Build)];
    }

    /// <summary>What is hosted in the cluster, as an error shows it.</summary>
    public string Describe()
    {
        var types = _asked.Values.Select(static asked => asked.Code).OfType<HostedCode>().Append(Local)
            .SelectMany(static code => code.Workflows)
            .GroupBy(static workflow => workflow.Name, static workflow => workflow.Versions, StringComparer.Ordinal)
            .OrderBy(static type => type.Key, StringComparer.Ordinal)
            .Select(static type => WorkflowCatalog.Describe(type.Key, [.. type.SelectMany(static v => v).Distinct().Order()]));
        return string.Join(", ", types) is { Length: > 0 } all ? all : "none";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    private static bool Hosts(HostedCode code, string type, int? version) =>
        Array.Find(code.Workflows, workflow => workflow.Name == type) is { } hosted
            && (version is not { } wanted || Array.IndexOf(hosted.Versions, wanted) >= 0);

    private Asked AskedOf(string silo)
    {
        if (_asked.TryGetValue(silo, out var known)) return known;
        var asked = new Asked();
        var there = _asked.GetOrAdd(silo, asked);
        if (ReferenceEquals(there, asked)) _ = _threads.Run(() => AskAsync(silo, asked, _over.Token));
        return there;
    }

    // A silo that has just joined, or is slow, answers later; one that has been lost never will.
    private async Task AskAsync(string silo, Asked asked, CancellationToken over)
    {
        for (var pause = FirstPause; !over.IsCancellationRequested && _cluster.IsAlive(silo);)
        {
            try
            {
                asked.Take(await _grains.GetGrain<ISiloGrain>(silo).GetCodeAsync());
                if (asked.IsLate) LateAnswer?.Invoke(silo);
                return;
            }
            catch (Exception e) when (!over.IsCancellationRequested)
            {
                LogAskFailed(_logger, e, silo);
            }

            await Task.Delay(pause, _time, over).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (pause < LongestPause) pause *= 2;
        }

        // What is not known of it may be asked again: it may not have been heard of yet.
        _asked.TryRemove(KeyValuePair.Create(silo, asked));
        asked.GiveUp();
    }

    private sealed class Asked
    {
        private readonly TaskCompletionSource<HostedCode?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile HostedCode? _code;
        private volatile bool _isLate;

        public HostedCode? Code => _code;

        public Task<HostedCode?> Answer => _answer.Task;

        public bool IsLate
        {
            get => _isLate;
            set => _isLate = value;
        }

        public void Take(HostedCode code)
        {
            _code = code;
            _answer.TrySetResult(code);
        }

        public void GiveUp() => _answer.TrySetResult(null);
    }
}
