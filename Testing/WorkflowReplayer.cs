using System.Reflection;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Testing.Histories;
using Orchestration.Workflows;

namespace Orchestration.Testing;

/// <summary>
/// Replays exported histories against today's code, without a silo or a store: what does not fit would stall once it is deployed.
/// Export histories with <see cref="HistoryExport"/>, keep them beside the tests, and replay them in continuous integration.
/// Thread-safe.
/// </summary>
public sealed class WorkflowReplayer
{
    private readonly RunSettings _settings;

    /// <summary>Makes a replayer.</summary>
    /// <param name="configure">Names the workflow classes, and the payload converter where it is not the default.</param>
    /// <exception cref="InvalidRequest">A workflow class cannot be hosted.</exception>
    public WorkflowReplayer(Action<OrchestrationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new OrchestrationOptions();
        configure(options);
        _settings = new RunSettings
        {
            Workflows = new WorkflowCatalog(options.WorkflowTypes),
            Placement = new Nowhere(),
            Converter = options.PayloadConverter,
            MaximumPayloadBytes = options.MaximumPayloadBytes,
            FailsRun = options.FailsRun,
        };
    }

    /// <summary>Makes a replayer of every public workflow class of an assembly.</summary>
    public WorkflowReplayer(Assembly workflows) : this(o => o.AddWorkflowsFrom(workflows))
    {
    }

    /// <summary>Replays the history of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What came of it. A file that is missing or damaged is a result too.</returns>
    public async Task<ReplayResult> ReplayFileAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return Replay(path, await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Damaged(new HistoryFileDamaged(path, "the file", e.Message, e));
        }
    }

    /// <summary>Replays the histories of a folder and those below it, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which files.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    /// <returns>One result a file, whatever came of the others.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public async Task<IReadOnlyList<ReplayResult>> ReplayFolderAsync(
        string folder, string pattern = "*.json", CancellationToken cancellationToken = default)
    {
        var results = new List<ReplayResult>();
        foreach (var path in Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            results.Add(await ReplayFileAsync(path, cancellationToken));
        return results;
    }

    /// <summary>Replays the history of a stream.</summary>
    /// <param name="history">The stream, from where it stands to its end.</param>
    /// <param name="source">What the result calls it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ReplayResult> ReplayAsync(
        Stream history, string source = "stream", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        using var bytes = new MemoryStream();
        await history.CopyToAsync(bytes, cancellationToken);
        return Replay(source, bytes.ToArray());
    }

    /// <summary>Replays the history of a run, straight from the silo that has it.</summary>
    /// <param name="handle">The run; of a handle without a run id, the latest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="WorkflowNotFound">No such run.</exception>
    public async Task<ReplayResult> ReplayAsync(IWorkflowHandle handle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using var bytes = new MemoryStream();
        await handle.ExportHistoryAsync(bytes, cancellationToken);
        return Replay(handle.Key.ToString(), bytes.ToArray());
    }

    private ReplayResult Replay(string source, byte[] bytes)
    {
        HistoryFile file;
        try
        {
            file = HistoryFile.Read(source, bytes);
        }
        catch (HistoryFileDamaged e)
        {
            return Damaged(e);
        }

        var result = new ReplayResult
        {
            Source = source,
            Outcome = ReplayOutcome.Fits,
            WorkflowType = file.WorkflowType,
            WorkflowId = file.WorkflowId,
            RunId = file.RunId,
            Events = file.Events.Count,
        };
        try
        {
            return WorkflowRun.Replay(_settings, file.Events).Misfit is { } stall ? Judge(result, stall) : result;
        }
        catch (EngineFault e)
        {
            var damaged = new HistoryFileDamaged(source, "its events", e.Message, e);
            return result with { Outcome = ReplayOutcome.Damaged, Message = damaged.Message, Error = damaged };
        }
        catch (Exception e)
        {
            return result with { Outcome = ReplayOutcome.Stalls, Message = $"The code threw {e.GetType()}: {e.Message}" };
        }
    }

    private static ReplayResult Judge(ReplayResult result, Stall stall) => result with
    {
        Outcome = stall.Code switch
        {
            FaultCodes.Nondeterminism => ReplayOutcome.Differs,
            FaultCodes.UnknownWorkflowType => ReplayOutcome.UnknownType,
            _ => ReplayOutcome.Stalls,
        },
        EventNumber = stall.EventNumber,
        Expected = stall.Expected,
        Actual = stall.Actual,
        Message = $"{stall.Code}: {stall.Message}",
    };

    private static ReplayResult Damaged(HistoryFileDamaged error) => new()
    {
        Source = error.HistorySource,
        Outcome = ReplayOutcome.Damaged,
        Message = error.Message,
        Error = error,
    };

    /// <summary>A replay dispatches nothing.</summary>
    private sealed class Nowhere : IActivityPlacement
    {
        public string ChooseHost(string activityType) => "replay";

        public bool IsAlive(string host) => true;
    }
}
