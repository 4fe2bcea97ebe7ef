using System.Globalization;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>Says in words what a run waits for: the first question about one that does not go on.</summary>
internal static class Waiting
{
    /// <summary>A line for each thing; none for a run that has ended.</summary>
    public static IReadOnlyList<string> Of(WorkflowDescription d)
    {
        if (d.ClosedAt is not null) return [];
        var lines = new List<string>();
        if (d.Stall is { } stall) lines.Add($"fitting code: {stall.Message}");
        if (d.DelayedUntil is { } start) lines.Add($"its first turn, delayed until {At(start)}");
        lines.AddRange(d.Activities.Select(Of));
        lines.AddRange(d.Timers.Select(static t => $"timer #{t.Command}, due {At(t.DueAt)}"));
        lines.AddRange(d.Children.Select(static c =>
            $"child workflow '{c.WorkflowId}' ({c.WorkflowType}) #{c.Command}"
            + (c.RetryAt is { } at ? $", next attempt at {At(at)}" : c.IsStarted ? "" : ", which is being started")));
        lines.AddRange(d.Tokens.Select(static t => $"token '{t.Name}' #{t.Command}, to be completed from outside"));
        lines.AddRange(d.Conditions.Select(static c => $"until {c}"));
        lines.AddRange(d.Updates.Select(static u => $"the handler of update '{u.Name}' ({u.UpdateId})"));
        if (lines.Count == 0 && d.Status == WorkflowStatus.Running)
            lines.Add("a signal or update, or a condition that only those can make true");
        return lines;
    }

    private static string Of(PendingActivityDescription a)
    {
        var name = $"activity {a.ActivityType} #{a.Command}, attempt {a.Attempt}";
        if (a.PausedAt is { } paused)
            return $"{name}: paused since {At(paused)}{(a.PauseReason is { } why ? $" ({why})" : "")}";
        if (a.RetryAt is { } at) return $"{name}: due at {At(at)}, after {a.LastFailure?.Message ?? "a failure"}";
        if (a.IsOutside) return $"{name}: to be completed from outside";
        return a.Host == "nowhere" ? $"{name}: no live silo takes it" : $"{name}: at {a.Host}";
    }

    private static string At(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
