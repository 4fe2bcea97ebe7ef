using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Orchestration.Grains.Storage;

namespace Orchestration.Silo;

/// <summary>The options that are about other silos, the store that they share, and how they connect.</summary>
internal sealed class ClusterArguments
{
    private const string StoreVariable = "ORCHESTRATION_STORE";

    private readonly Option<string?> _id = new("--cluster")
    {
        Description = "Joins the cluster of that id: all silos that name it over one store. "
            + "Silos of one machine can share --data.",
        HelpName = "ID",
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "A shared store instead of the one in --data: postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME, or "
            + "azure:CONNECTION STRING;Container=NAME. The "
            + $"environment variable {StoreVariable} says the same without showing the password.",
        HelpName = "URL",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(StoreVariable) is { Length: > 0 } url ? url : null,
    };

    private readonly Option<IPAddress> _address = new("--address")
    {
        Description = "Where it listens, and where other silos and clients reach it; the loopback interface unless given.",
        HelpName = "IP",
        DefaultValueFactory = static _ => IPAddress.Loopback,
        CustomParser = static result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var ip) && !ip.Equals(IPAddress.Any)
                && !ip.Equals(IPAddress.IPv6Any)) return ip;
            result.AddError($"{result.Tokens[0].Value} is no address at which others could reach this silo.");
            return null;
        },
    };

    private readonly Option<int> _siloPort = new("--silo-port")
    {
        Description = "Where other silos connect; 0, as unless given, is any free port.",
        HelpName = "N",
    };

    private readonly Option<int> _joinTimeout = new("--join-timeout")
    {
        Description = "How many seconds the silo tries to join its cluster before it gives up.",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => 60,
    };

    private readonly Option<FileInfo?> _secretFile = new("--secret-file")
    {
        Description = "A file with the secret of the cluster; a silo without it is refused.",
        HelpName = "PATH",
    };

    private readonly Option<FileInfo?> _certificate = new("--tls-certificate")
    {
        Description = "Speaks TLS, with this certificate (PEM, or .pfx with its key); renewed files are taken up without a "
            + $"restart. The key's password, if any, is in {SiloOptions.TlsPasswordVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _key = new("--tls-key")
    {
        Description = "The certificate's key (PEM), where it is not in the same file.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _authority = new("--tls-ca")
    {
        Description = "Silos and clients must show a certificate of this authority (PEM); unless given, of one that the machine "
            + "trusts.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _name = new("--tls-name")
    {
        Description = "The name that the certificates of all silos are for; unless given, each is for its silo's --address.",
        HelpName = "NAME",
    };

#if ORLEANS
    private readonly Option<string> _providers = new("--providers")
    {
        Description = "Where Orleans keeps membership and reminders: store (the history store), adonet (PostgreSQL, tables by "
            + "Orleans' scripts) or azure (tables).",
        HelpName = "NAME",
        DefaultValueFactory = static _ => Hosting.OrleansProviders.Store,
    };

    private readonly Option<string?> _providersConnection = new("--providers-connection")
    {
        Description = $"The connection string of those; the environment variable {SiloOptions.ProvidersConnectionVariable} says "
            + "the same without showing it.",
        HelpName = "STRING",
        DefaultValueFactory = static _ =>
            Environment.GetEnvironmentVariable(SiloOptions.ProvidersConnectionVariable) is { Length: > 0 } given ? given : null,
    };
#endif

    public ClusterArguments()
    {
#if ORLEANS
        _providers.AcceptOnlyFromAmong(
            Hosting.OrleansProviders.Store, Hosting.OrleansProviders.AdoNet, Hosting.OrleansProviders.Azure);
#endif
        _siloPort.Validators.Add(CheckPort);
        _joinTimeout.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n is < 1 or > 86_400)
                result.AddError($"{n} seconds to join: 1 to 86400.");
        });
        _id.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (string.IsNullOrWhiteSpace(result.Tokens[0].Value)
                || result.Tokens[0].Value.Length > StoreRequests.MaximumClusterLength
                    || result.Tokens[0].Value.Any(char.IsControl)))
                result.AddError($"A cluster's id has 1 to {StoreRequests.MaximumClusterLength} characters.");
        });
    }

    /// <summary>Checks a port's number.</summary>
    public static void CheckPort(OptionResult result)
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n is < 0 or > 65535)
            result.AddError($"{n} is no port: 0 to 65535.");
    }

    /// <summary>Adds the options, and what they demand of each other.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [_id, _store, _address, _siloPort, _joinTimeout, _secretFile, _certificate, _key, _authority, _name];
        foreach (var option in all) command.Add(option);
#if ORLEANS
        command.Add(_providers);
        command.Add(_providersConnection);
#endif
        command.Validators.Add(result =>
        {
            if (result.GetResult(_certificate) is not null) return;
            foreach (var option in (Option[])[_key, _authority, _name])
            {
                if (result.GetResult(option) is not null)
                    result.AddError($"{option.Name} is of use only with --tls-certificate.");
            }
        });
    }

    /// <summary>Takes over what was given.</summary>
    public SiloOptions Read(ParseResult result, SiloOptions options) => options with
    {
        Cluster = result.GetValue(_id),
        Store = result.GetValue(_store),
        Address = result.GetValue(_address)!,
        SiloPort = result.GetValue(_siloPort),
        JoinTimeout = TimeSpan.FromSeconds(result.GetValue(_joinTimeout)),
        SecretFile = result.GetValue(_secretFile),
        TlsCertificate = result.GetValue(_certificate),
        TlsKey = result.GetValue(_key),
        TlsAuthority = result.GetValue(_authority),
        TlsName = result.GetValue(_name),
#if ORLEANS
        Providers = result.GetValue(_providers)!,
        ProvidersConnection = result.GetValue(_providersConnection),
#endif
    };
}
