namespace Orchestration.Analyzers.Bans;

/// <summary>The process, the machine, and I/O.</summary>
internal static partial class BanTable
{
    private const string TakeFromInput = "take it from the input, or from an activity";
    private const string PutIntoActivity = "put it into an activity";

    private static void AddSurroundings(Dictionary<string, Dictionary<string, Ban>> table)
    {
        var surroundings = new Ban(Rules.Surroundings, TakeFromInput);
        // By name, so that new lines, which are constants in practice, stay free.
        Add(table, surroundings, "System.Environment",
            "CommandLine", "CpuUsage", "CurrentDirectory", "CurrentManagedThreadId", "ExitCode", "HasShutdownStarted",
            "Is64BitOperatingSystem", "Is64BitProcess", "IsPrivilegedProcess", "MachineName", "OSVersion", "ProcessId",
            "ProcessPath", "ProcessorCount", "StackTrace", "SystemDirectory", "SystemPageSize", "UserDomainName",
            "UserInteractive", "UserName", "Version", "WorkingSet", "Exit", "ExpandEnvironmentVariables", "FailFast",
            "GetCommandLineArgs", "GetEnvironmentVariable", "GetEnvironmentVariables", "GetFolderPath", "GetLogicalDrives",
            "SetEnvironmentVariable");
        Add(table, surroundings, "System.Diagnostics.Process System.AppDomain System.GC "
            + "System.Runtime.InteropServices.RuntimeInformation System.OperatingSystem");
        Add(table, surroundings, "System.Threading.Thread", "CurrentThread", "CurrentPrincipal");
        Add(table, surroundings, "System.Globalization.CultureInfo", "CurrentCulture", "CurrentUICulture");
        Add(table, surroundings, "System.TimeZoneInfo", "Local");
        Add(table, surroundings, "System.DateTime", "ToLocalTime");
        Add(table, surroundings, "System.DateTimeOffset", "ToLocalTime", "LocalDateTime");
        Add(table, surroundings, "System.IO.Path", "GetTempPath");
        Add(table, surroundings, "Microsoft.Extensions.Configuration.IConfiguration "
            + "Microsoft.Extensions.Configuration.ConfigurationBinder "
            + "Microsoft.Extensions.Configuration.ConfigurationExtensions");
        Add(table, new(Rules.Surroundings, "workflows take no services; their activities do"),
            "System.IServiceProvider Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions");
    }

    private static void AddInputOutput(Dictionary<string, Dictionary<string, Ban>> table)
    {
        var io = new Ban(Rules.InputOutput, PutIntoActivity);
        Add(table, io, "System.IO.File System.IO.Directory System.IO.FileSystemInfo System.IO.DriveInfo System.IO.FileStream "
            + "System.IO.FileSystemWatcher System.IO.RandomAccess System.IO.Pipes.PipeStream "
            + "System.IO.MemoryMappedFiles.MemoryMappedFile System.IO.IsolatedStorage.IsolatedStorageFile");
        Add(table, io, "System.IO.Path", "GetTempFileName", "Exists");
        Add(table, new(Rules.InputOutput, PutIntoActivity, when: static m => Takes(m, "String")),
            "System.IO.StreamReader System.IO.StreamWriter", New);
        Add(table, io, "System.Net.Http.HttpMessageInvoker System.Net.Http.HttpMessageHandler "
            + "System.Net.Http.Json.HttpClientJsonExtensions System.Net.Http.IHttpClientFactory System.Net.WebRequest "
            + "System.Net.WebClient System.Net.Dns System.Net.HttpListener System.Net.Sockets.Socket "
            + "System.Net.Sockets.TcpClient System.Net.Sockets.TcpListener System.Net.Sockets.UdpClient "
            + "System.Net.Sockets.NetworkStream System.Net.WebSockets.WebSocket System.Net.Mail.SmtpClient "
            + "System.Net.NetworkInformation.Ping System.Net.NetworkInformation.NetworkInterface Grpc.Core.ClientBase");
        Add(table, io, "System.Data.IDbConnection System.Data.IDbCommand System.Data.Common.DbConnection "
            + "System.Data.Common.DbCommand System.Data.Common.DbDataReader System.Data.Common.DbTransaction "
            + "System.Data.Common.DbDataAdapter System.Data.Common.DbDataSource System.Data.Common.DbBatch "
            + "Microsoft.EntityFrameworkCore.DbContext Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions");
        Add(table, io, "Orleans.IGrainFactory Orleans.IClusterClient");
        Add(table, new(Rules.InputOutput, "workflows reach others through Context"), "Orchestration.Client.IWorkflowClient");
        Add(table, io, "System.Console", "Read", "ReadKey", "ReadLine", "In", "KeyAvailable", "OpenStandardInput");
        Add(table, new(Rules.RepeatedOutput, "write only while Context.IsReplaying is false"),
            "System.Console", "Write", "WriteLine", "Out", "Error");
    }
}
