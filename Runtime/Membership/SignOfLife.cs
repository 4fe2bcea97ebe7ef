using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orchestration.Runtime.Membership;

/// <summary>Renews the silo's sign of life in the table. What it says never repeats, whatever the clock does.</summary>
internal sealed partial class SignOfLife(
    IMembershipTable table, TimeProvider time, ClusterMembershipOptions options, ILogger logger) : IDisposable
{
    // Tables may keep less than a tick.
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(2);

    private DateTime _last;
    private ITimer? _timer;
    private SiloAddress? _silo;
    private int _writing;

    public void Start(SiloAddress silo)
    {
        _silo = silo;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static self => _ = ((SignOfLife)self!).WriteAsync(), this,
                options.IAmAliveTablePublishTimeout, options.IAmAliveTablePublishTimeout);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async Task WriteAsync()
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0) return;
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            _last = now > _last + s_least ? now : _last + s_least;
            await table.UpdateIAmAlive(new MembershipEntry { SiloAddress = _silo!, IAmAliveTime = _last });
        }
        catch (Exception exception)
        {
            WriteFailed(logger, exception);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
