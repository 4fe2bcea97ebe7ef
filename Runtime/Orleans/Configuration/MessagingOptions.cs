using System.Diagnostics;

namespace Orleans.Configuration;

/// <summary>Limits of grain calls.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how long an unanswered call fails with a <see cref="TimeoutException"/>, whose outcome is then unknown; 30 s unless
    /// set. Accurate to about a second.
    /// </summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    /// <summary>The same while a debugger is attached; 30 minutes unless set.</summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether a call whose caller has given up is dropped when its turn comes; true unless set.</summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>The largest message, in bytes; 100 MiB unless set.</summary>
    public int MaxMessageBodySize { get; set; } = 100 * 1024 * 1024;
}
