namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>The failures that counting raises on purpose; all of them are final.</summary>
public static class CountFailures
{
    /// <summary>The file is not there, or not any more.</summary>
    public const string Missing = "missing";

    /// <summary>The file is not UTF-8.</summary>
    public const string NotText = "not-text";

    /// <summary>The file is not as it was when it was split.</summary>
    public const string Changed = "changed";

    /// <summary>Fewer files could be counted than were asked for.</summary>
    public const string TooFew = "too-few-files";
}
