using Orchestration.Benchmarks.Api;

return await ApiBench.RunAsync(args);
