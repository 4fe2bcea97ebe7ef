using Orchestration.Benchmarks.Load;
using Orchestration.Benchmarks.Load.Hosting;

// The driver starts itself again, under this verb, as the silo's process.
if (args is ["silo", var arguments]) return await SiloMain.RunAsync(SiloArguments.Parse(arguments));
if (LoadOptions.Parse(args, Console.Error) is not { } options) return 2;
return await Driver.RunAsync(options);
