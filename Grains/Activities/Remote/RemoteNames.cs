namespace Orchestration.Grains.Activities.Remote;

/// <summary>Which activities workers outside the cluster carry out: those named <c>queue:activity</c>.</summary>
internal static class RemoteNames
{
    private const char Mark = ':';

    /// <summary>Whether an activity is a worker's; its queue and its name there.</summary>
    public static bool TrySplit(string activityType, out string queue, out string activity)
    {
        var mark = activityType.IndexOf(Mark, StringComparison.Ordinal);
        var isRemote = mark > 0 && mark < activityType.Length - 1;
        (queue, activity) = isRemote ? (activityType[..mark], activityType[(mark + 1)..]) : ("", activityType);
        return isRemote;
    }

    /// <summary>Whether an activity is a worker's.</summary>
    public static bool IsRemote(string activityType) => TrySplit(activityType, out _, out _);
}
