using Orchestration.Runtime.Activations;

namespace Orchestration.Runtime.Hosting;

/// <summary>Where this silo's turns go: straight to the threads, or past a fence where others may declare it dead.</summary>
internal sealed record SiloDispatcher(ITurnDispatcher Turns);
