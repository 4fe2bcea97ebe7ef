using Orchestration.Chaos;
using Orchestration.Chaos.Network;

// The process that was started makes the namespaces; within them it starts itself again, which does the work.
if (ChaosOptions.Parse(args, Console.Error) is not { } options) return 2;
try
{
    return options.Inside is { } prefix
        ? await ChaosRun.RunAsync(options, new SiloNetwork(prefix, options.Silos))
        : await NamespaceHouse.RunInsideAsync(options.Silos, args);
}
catch (ChaosUnable e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
