using Orchestration.Cli;

return await OrchestrationCommand.RunAsync(args);
