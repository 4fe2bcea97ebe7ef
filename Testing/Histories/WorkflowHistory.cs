using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestration.Client;

namespace Orchestration.Testing.Histories;

/// <summary>
/// A run's history as it was when it was read, with assertions that tell, where they fail, what there is. Immutable.
/// </summary>
public sealed class WorkflowHistory
{
    private readonly List<HistoryEntry> _entries;

    private WorkflowHistory(string name, List<HistoryEntry> entries)
    {
        Name = name;
        _entries = entries;
        Activities = [.. entries.Where(static e => e.Type == "activity-scheduled").Select(static e => Text(e, "activityType"))];
    }

    /// <summary>The instance.</summary>
    public string Name { get; }

    /// <summary>Its events, in order.</summary>
    public IReadOnlyList<HistoryEntry> Events => _entries;

    /// <summary>The names of the activities that the workflow called, in order, retries not counted.</summary>
    public IReadOnlyList<string> Activities { get; }

    /// <summary>Reads the history of a run; of a handle without a run id, the latest.</summary>
    public static async Task<WorkflowHistory> ReadAsync(IWorkflowHandle handle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        var entries = new List<HistoryEntry>();
        await foreach (var entry in handle.GetHistoryAsync(cancellationToken: cancellationToken)) entries.Add(entry);
        return new WorkflowHistory(handle.Key.ToString(), entries);
    }

    /// <summary>How many events there are of a type, such as <c>timer-started</c>.</summary>
    public int CountOf(string type) => _entries.Count(e => e.Type == type);

    /// <summary>Expects so many events of a type.</summary>
    /// <exception cref="HistoryMismatch">There are more or fewer.</exception>
    public WorkflowHistory ShouldHave(string type, int times = 1) => Expect(CountOf(type), times, $"'{type}' events");

    /// <summary>Expects no event of a type.</summary>
    /// <inheritdoc cref="ShouldHave"/>
    public WorkflowHistory ShouldNotHave(string type) => ShouldHave(type, 0);

    /// <summary>Expects so many calls of an activity, whatever came of them; retries are no calls.</summary>
    /// <inheritdoc cref="ShouldHave"/>
    public WorkflowHistory ShouldHaveActivity(string activityType, int times = 1) =>
        Expect(Activities.Count(a => a == activityType), times, $"calls of activity '{activityType}'");

    /// <summary>Expects exactly these calls of activities, in this order.</summary>
    /// <exception cref="HistoryMismatch">There are others.</exception>
    public WorkflowHistory ShouldHaveActivities(params IReadOnlyList<string> activityTypes)
    {
        ArgumentNullException.ThrowIfNull(activityTypes);
        return Activities.SequenceEqual(activityTypes)
            ? this
            : throw Mismatch($"the activities {List(activityTypes)} were expected, but {List(Activities)} were called");
    }

    /// <summary>Expects so many timers.</summary>
    /// <inheritdoc cref="ShouldHave"/>
    public WorkflowHistory ShouldHaveTimers(int times) => Expect(CountOf("timer-started"), times, "timers");

    /// <summary>Expects so many retries of activities.</summary>
    /// <inheritdoc cref="ShouldHave"/>
    public WorkflowHistory ShouldHaveRetries(int times) =>
        Expect(CountOf("activity-retry-scheduled"), times, "retries of activities");

    /// <summary>Expects events of these types in this order; others may stand between them.</summary>
    /// <exception cref="HistoryMismatch">One does not follow.</exception>
    public WorkflowHistory ShouldHaveInOrder(params IReadOnlyList<string> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        var found = 0;
        foreach (var entry in _entries)
            if (found < types.Count && entry.Type == types[found]) found++;
        return found == types.Count
            ? this
            : throw Mismatch($"{List(types)} were expected in this order, but no '{types[found]}' follows the first {found}");
    }

    /// <summary>Expects that the run has completed.</summary>
    /// <exception cref="HistoryMismatch">It has not.</exception>
    public WorkflowHistory ShouldHaveCompleted() => ShouldEndWith("run-completed");

    /// <summary>Expects that the run has failed.</summary>
    /// <exception cref="HistoryMismatch">It has not.</exception>
    public WorkflowHistory ShouldHaveFailed() => ShouldEndWith("run-failed");

    /// <summary>Expects that the run ended as cancelled.</summary>
    /// <exception cref="HistoryMismatch">It did not.</exception>
    public WorkflowHistory ShouldHaveBeenCanceled() => ShouldEndWith("run-canceled");

    /// <summary>Expects an event of a type as the last one.</summary>
    /// <exception cref="HistoryMismatch">Another one is.</exception>
    public WorkflowHistory ShouldEndWith(string type) => _entries is [.., var last] && last.Type == type
        ? this : throw Mismatch($"'{type}' was expected as its end, but it ends with '{_entries.LastOrDefault()?.Type}'");

    /// <summary>The history, an event a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var entry in _entries)
            text.Append(CultureInfo.InvariantCulture, $"{entry.Sequence,5}  {entry.Time:u}  {entry.Type}  {entry.Json}\n");
        return text.ToString();
    }

    private static string List(IEnumerable<string> names) => $"[{string.Join(", ", names)}]";

    private static string Text(HistoryEntry entry, string member)
    {
        using var json = JsonDocument.Parse(entry.Json);
        return json.RootElement.TryGetProperty(member, out var value) ? value.ToString() : "";
    }

    private WorkflowHistory Expect(int actual, int expected, string what) =>
        actual == expected ? this : throw Mismatch($"{expected} {what} were expected, but there are {actual}");

    private HistoryMismatch Mismatch(string what) => new($"The history of {Name} is not as expected: {what}.\n{this}");
}
