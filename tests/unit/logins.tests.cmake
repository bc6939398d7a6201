# SPDX-License-Identifier: Apache-2.0
add_executable(sshd-answers lib/sshd_answers.c)
target_link_libraries(sshd-answers PRIVATE guest ssh)

unit_test(sshd_config test_tree ssh)
unit_test(accounts test_tree ssh)
unit_test(logins test_tree ssh)
add_executable(login-verdicts lib/login_verdicts.c)
target_link_libraries(login-verdicts PRIVATE guest ssh)
