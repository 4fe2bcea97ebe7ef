using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Starts;

/// <summary>What can be wrong with a start as such, before anything is looked up or written.</summary>
internal static class StartChecks
{
    private const int MaximumHeaders = 64;
    private const int MaximumHeaderCharacters = 16 * 1024;

    /// <summary>What is wrong, in words; null where nothing is.</summary>
    public static string? Problem(StartRequest request)
    {
        if (request.RunTimeout is { Ticks: <= 0 } run)
            return $"RunTimeout is {run}; it must be more than zero. Leave it unset for no limit.";
        if (request.ExecutionTimeout is { Ticks: <= 0 } execution)
            return $"ExecutionTimeout is {execution}; it must be more than zero. Leave it unset for no limit.";
        if (request.StartDelay < TimeSpan.Zero) return $"StartDelay is {request.StartDelay}; it must not be negative.";
        if (!Enum.IsDefined(request.IdReuse)) return $"{request.IdReuse} is no {nameof(WorkflowIdReusePolicy)}.";
        if (!Enum.IsDefined(request.IdConflict)) return $"{request.IdConflict} is no {nameof(WorkflowIdConflictPolicy)}.";
        if (request is
            {
                IdConflict: WorkflowIdConflictPolicy.TerminateExisting,
                IdReuse: WorkflowIdReusePolicy.RejectDuplicate
            })
            return "TerminateExisting ends a run so that its id can be used again, which RejectDuplicate forbids: choose one.";
        return HeaderProblem(request.Headers);
    }

    /// <summary>Whether an id may be used again after a run that ended so.</summary>
    public static bool MayReuse(WorkflowIdReusePolicy policy, WorkflowStatus status) => policy switch
    {
        WorkflowIdReusePolicy.AllowDuplicate => true,
        WorkflowIdReusePolicy.AllowDuplicateFailedOnly => status != WorkflowStatus.Completed,
        _ => false,
    };

    /// <summary>What is wrong with headers; null where nothing is.</summary>
    public static string? HeaderProblem(Dictionary<string, string>? headers)
    {
        if (headers is null) return null;
        if (headers.Count > MaximumHeaders) return $"{headers.Count} headers were given; at most {MaximumHeaders} are allowed.";
        var size = 0;
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || value is null) return "A header has no name, or no value.";
            size += name.Length + value.Length;
        }

        return size <= MaximumHeaderCharacters ? null
            : $"The headers have {size} characters in all; at most {MaximumHeaderCharacters} are allowed.";
    }
}
