using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestration.Client;

/// <summary>Says in good time that a certificate will expire, and what becomes of its renewals.</summary>
internal sealed partial class CertificateWatch(CertificateFiles files, TimeProvider time, ILogger<CertificateWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_notice = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        files.Renewed = certificate =>
        {
            var until = certificate.NotAfter.ToUniversalTime();
            LogRenewed(logger, files.Path, certificate.Subject, until);
        };
        files.Unusable = problem => LogUnusable(logger, problem);
        using var timer = new PeriodicTimer(s_period, time);
        do
        {
            Check();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Check()
    {
        var certificate = files.Current.Certificate;
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var left = to - time.GetUtcNow().UtcDateTime;

        // A certificate of a day is not spoken of all day.
        var notice = (to - from) / 3;
        if (left <= TimeSpan.Zero) LogExpired(logger, files.Path, to);
        else if (left < (notice < s_notice ? notice : s_notice)) LogExpiring(logger, files.Path, left, to);
    }
}
