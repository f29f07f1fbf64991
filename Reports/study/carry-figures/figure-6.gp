# Rollouts of SRFT and of reinforcement alone
#
# Of each step's rollouts: mean reward; mean tokens of a response, the end token included; mean
# entropy of the policy at their tokens, temperature 1, nats. (a) to (c) by tokens of updates
# from base on, (d) by these and all sampled ones. A step stands at the tokens before it, since
# its rollouts are sampled before its update; each seed is averaged over its steps within 10,000
# tokens, 20,000 in (d) on either side (fewer at the ends). Lines: means over seeds (3 seeds) at
# tokens that all of a run's seeds have, every 10,000. Bands: the mean's 95 % interval at each
# point by itself, Student's t over seeds, of shares on the logit; none where all seeds agree.
# Pale: each seed.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-6.gp
# It reads figure-6.tsv and writes figure-6.svg and figure-6.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,304 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_6' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,304./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-6.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.55921
  set tmargin at screen 0.90461
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a) reward' at screen 0.27793,0.92763 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.27793,0.49671 center noenhanced front
  set label 'mean reward' at screen 0.0202,0.73191 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.40123,0.97204 to screen 0.44669,0.97204 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label '' at screen 0.42396,0.97204 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.45679,0.97204 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.97204 to screen 0.56061,0.97204 nohead linewidth 1 linecolor rgb '#009e73' dashtype solid
  set label '' at screen 0.53788,0.97204 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.57071,0.97204 left font ',8' noenhanced front
  plot 'figure-6.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'figure-6.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-6.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-6.tsv' index 11 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.55921
  set tmargin at screen 0.90461
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:50.375390625]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '10' 10, '20' 20, '30' 30, '40' 40, '50' 50)
  set label '(b) response length' at screen 0.77793,0.92763 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.77793,0.49671 center noenhanced front
  set label 'length (tokens)' at screen 0.52582,0.73191 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-6.tsv' index 12 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 13 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'figure-6.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 20 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-6.tsv' index 21 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 22 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-6.tsv' index 23 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.08224
  set tmargin at screen 0.42763
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:0.6620784406240442]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6)
  set label '(c) entropy' at screen 0.27793,0.45066 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.27793,0.01974 center noenhanced front
  set label 'entropy (nats)' at screen 0.0202,0.25493 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-6.tsv' index 24 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 25 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'figure-6.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 30 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-6.tsv' index 33 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-6.tsv' index 35 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.08224
  set tmargin at screen 0.42763
  set border 15 linewidth 0.5
  set xrange [0:650]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '200' 200, '400' 400, '600' 600)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(d) reward by all tokens' at screen 0.77793,0.45066 center noenhanced front
  set label 'update and sampled tokens (thousands)' at screen 0.77793,0.01974 center noenhanced front
  set label 'mean reward' at screen 0.5202,0.25493 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-6.tsv' index 36 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 37 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'figure-6.tsv' index 38 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 39 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 40 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cc0dc' dashtype solid notitle, \
    'figure-6.tsv' index 41 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 42 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 43 using 1:2 with lines linewidth 0.4 linecolor rgb '#8cd3c0' dashtype solid notitle, \
    'figure-6.tsv' index 44 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-6.tsv' index 45 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-6.tsv' index 46 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-6.tsv' index 47 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
