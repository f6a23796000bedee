/** What a model does with an agent, call by call. @param {string | undefined} agent @param {boolean} isV2 @returns {[string, object][]} */
export function agentCalls(agent, isV2) {
  const wait = { timeout_ms: 10_000 };
  if (isV2) {
    const part = { target: 'part', message: 'more' };
    return [
      ['spawn_agent', { message: 'part', task_name: 'part', fork_turns: 'none' }],
      ['wait_agent', wait],
      ['list_agents', {}],
      ['send_message', part],
      ['followup_task', part],
      ['wait_agent', wait],
      ['interrupt_agent', { target: 'part' }],
    ];
  }
  const it = { id: agent, target: agent, ids: [agent], targets: [agent] };
  const nobody = '01a20418-ac5d-7080-bf97-79570437fb9b';
  return [
    ['spawn_agent', { message: 'part', agent_type: 'explorer' }],
    ['wait_agent', { ...it, ...wait }],
    ['send_input', { ...it, message: 'more' }],
    ['wait_agent', { ...it, ...wait }],
    ['close_agent', it],
    ['resume_agent', it],
    ['wait_agent', { ids: [nobody], targets: [nobody], timeout_ms: 1000 }],
    ['close_agent', { id: 'nonsense', target: 'nonsense' }],
  ];
}
