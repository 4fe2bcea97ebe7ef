namespace Orleans.Runtime;

/// <summary>A timer of one activation; disposing it ends it and cancels the token of a callback that runs.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets when it fires next and how often thereafter.</summary>
    /// <param name="dueTime">From now; infinite for never.</param>
    /// <param name="period">From the end of one callback to the start of the next; infinite for once only.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}
