using Microsoft.Extensions.Logging;

namespace Orchestration.Client;

internal sealed partial class CertificateWatch
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning,
        Message = "ORCH0205: the certificate in {Path} expires in {Left} ({NotAfter:u}); renew it, the new file is taken up "
            + "without a restart.")]
    private static partial void LogExpiring(ILogger logger, string path, TimeSpan left, DateTime notAfter);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Error,
        Message = "ORCH0205: the certificate in {Path} has expired ({NotAfter:u}): new connections fail until it is renewed; the "
            + "new file is taken up without a restart.")]
    private static partial void LogExpired(ILogger logger, string path, DateTime notAfter);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Error, Message = "{Problem} The last good certificates stay in use.")]
    private static partial void LogUnusable(ILogger logger, string problem);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Information,
        Message = "The certificate in {Path} has been taken up: {Subject}, valid until {NotAfter:u}.")]
    private static partial void LogRenewed(ILogger logger, string path, string subject, DateTime notAfter);
}
