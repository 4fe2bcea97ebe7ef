using System.Globalization;
using Orchestration.Benchmarks.Load;
using Orchestration.Benchmarks.Load.Hosting;

// The driver starts itself again, under these verbs, as the processes of what it measures.
if (args is ["silo", var arguments]) return await SiloMain.RunAsync(SiloArguments.Parse(arguments));
if (args is ["writer", var address, var callers, var tag])
    return await WriterMain.RunAsync(address, int.Parse(callers, CultureInfo.InvariantCulture), tag);
if (LoadOptions.Parse(args, Console.Error) is not { } options) return 2;
return await Driver.RunAsync(options);
