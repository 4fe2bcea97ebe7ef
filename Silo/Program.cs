using Orchestration.Silo;

return await SiloCommand.RunAsync(args);
